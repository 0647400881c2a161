"""Reading what was counted, summed up. What has changed since is counted on the spot, so that a sum always equals
the rows."""

from collections import Counter, defaultdict
from datetime import timedelta
from functools import cached_property

from django.db.models import Q, Sum

from customers.models import Location
from feedback.models import IssueTally, Stale, Tally, WeekIssueTally, WeekTally
from feedback.models.tallies import Grain
from feedback.scope import zone_of
from feedback.tallies import columns, counting, issues, weeks
from feedback.tallies.kept import Kept
from feedback.tallies.marks import pairs_of
from feedback.tallies.weeks import ISSUE_COLUMNS

# Days of locations that a reader counts itself: what changes within a second or two, before it is counted for all.
# Beyond that (after a first sync of years) the page says that it is behind.
AT_ONCE = 120
MARKS = 2_000
WIDE = timedelta(days=2)  # no two clocks are further apart


class Reading:
    """The sums of one Scope. Two queries and for each `by` one, or one of weeks and one of days; more only where
    something is being counted again."""

    def __init__(self, scope):
        self.scope = scope

    def by(self, group="", names=columns.NAMES, scope=None):
        """{value: Counter of columns} by "day", "location", "agent" or "provider" (ids; None, "" for none).

        Without `group` the one key is None. `names` are the columns wanted; `scope` narrower days than the reading's.
        """
        scope = scope or self.scope
        if self._is_split(group):
            return self._from_rows(scope, group, names)
        grain = self._grain(group)
        is_of_weeks = grain in weeks.GRAINS and group != "day"
        found = self._kept_sums(Tally, WeekTally if is_of_weeks else None, scope, group, names, grain=grain)
        for (day, at, who, through), counts in self._fresh.items():
            if self._is_in(scope, day, at, who, through):
                found[self._pick(group, day, at, who, through)].update({name: counts[name] for name in names})
        return found

    def issues(self, group="issue", scope=None):
        """{issue: Counter of `calls` and of their answers}; also by "day", "location", "agent" and issue."""
        scope = scope or self.scope
        keys = ("issue",) if group == "issue" else (group, "issue")
        is_of_weeks = group in ("issue", "location") and not self._who and not scope.provider
        found = self._kept_sums(IssueTally, WeekIssueTally if is_of_weeks else None, scope, keys, ISSUE_COLUMNS)
        for (day, at, who, through, issue), counts in self._fresh_issues.items():
            if self._is_in(scope, day, at, who, through):
                key = issue if group == "issue" else (self._pick(group, day, at, who, through), issue)
                found[key].update(counts)
        return found

    @cached_property
    def is_behind(self):
        """Too much has changed to be counted on the spot: the sums are those of before."""
        return self._stale is None

    def _kept_sums(self, days, of_weeks, scope, group, names, **more):
        """{value of `group`: Counter} of what is kept."""
        found = defaultdict(Counter)
        for rows in Kept(scope, self._who, self._stale).parts(days, of_weeks):
            for key, counts in self._sums(rows.filter(**more), scope, group, names):
                found[key].update(counts)
        return found

    def _grain(self, group):
        """By what the tallies must be parted to be grouped and narrowed so."""
        if group == "agent" or self._who:
            return Grain.AGENT
        return Grain.PROVIDER if group == "provider" or self.scope.provider else Grain.WHOLE

    def _is_split(self, group):
        """By agent and by provider at once: few look so, and nothing is kept for it."""
        return bool(group == "agent" or self._who) and bool(group == "provider" or self.scope.provider)

    def _from_rows(self, scope, group, names):
        found = defaultdict(Counter)
        for zone, ids in self._by_zone(self._places).items():
            ahead = self._ahead(zone)
            days = (scope.first + ahead, scope.last + ahead)
            places = counting.Places(zone, tuple(ids), *days, agent=self._who, provider=scope.provider)
            for key, counts in counting.days(places).items():
                if self._is_in(scope, *key):
                    found[self._pick(group, *key)].update({name: counts[name] for name in names})
        return found

    def _by_zone(self, ids):
        found = defaultdict(list)
        for pk in ids:
            found[zone_of(self._places[pk]).key].append(pk)
        return found

    @property
    def _who(self):
        """The agent (id) it is narrowed to: the one asked for, and for an agent themselves."""
        if not self.scope.user.is_supervisor:
            return self.scope.user.pk
        return self.scope.agent.pk if self.scope.agent else None

    @cached_property
    def _stale(self):
        """The (day, location) pairs of the scope that have changed; None where there are too many."""
        marks = list(self._marks()[: MARKS + 1])
        if not marks:
            return set()
        marks = [(at, hour) for at, hour in marks if at in self._places]
        if len(marks) > MARKS or any(hour is None for _, hour in marks):
            return None
        scope = self.scope
        pairs = {(day, at) for day, at in pairs_of(marks) if self._is_on(scope, day, at)}
        return pairs if len(pairs) <= AT_ONCE else None

    def _marks(self):
        """(location, hour) of what has changed at the reader's own places in these days, each once: what is read for
        the first time elsewhere, or of other years, is not theirs to wait for."""
        begins, ends = self.scope.house_span()
        hours = Q(hour=None) | Q(hour__gte=begins - WIDE, hour__lt=ends + WIDE)
        rows = Stale.objects.filter(hours, self.scope.of_places("location_id"))
        return rows.order_by().values_list("location_id", "hour").distinct()

    @cached_property
    def _places(self):
        """{location: its clock} of the scope; None is in it where calls without a location are."""
        scope = self.scope
        found = dict(Location.objects.filter(scope.of_places("pk")).order_by().values_list("pk", "time_zone"))
        is_narrowed = scope.location is not None or scope.account is not None
        sees_none = not is_narrowed and (scope.user.sees_all_locations or not scope.user.is_supervisor)
        return found | ({None: ""} if sees_none else {})

    @cached_property
    def _changed_places(self):
        """One Places for each clock of what has changed."""
        by_zone = defaultdict(list)
        for day, at in self._stale or ():
            by_zone[zone_of(self._places[at]).key].append((day, at))
        return [
            counting.Places(zone, tuple({at for _, at in pairs}), min(d for d, _ in pairs), max(d for d, _ in pairs))
            for zone, pairs in by_zone.items()
        ]

    @cached_property
    def _fresh(self):
        return self._counted(counting.days)

    @cached_property
    def _fresh_issues(self):
        return self._counted(issues.days)

    def _counted(self, count):
        found = {}
        for places in self._changed_places:
            found |= {key: counts for key, counts in count(places).items() if key[:2] in self._stale}
        return found

    def _is_on(self, scope, day, at):
        return scope.first <= day - self._ahead(self._places[at]) <= scope.last

    def _is_in(self, scope, day, at, who, through):
        if not self._is_on(scope, day, at) or (scope.provider and through != scope.provider):
            return False
        if not scope.user.is_supervisor and scope.agent and scope.agent.pk != scope.user.pk:
            return False
        return who == self._who if self._who else True

    def _sums(self, rows, scope, group, names):
        """(value of `group`, {column: sum}) of each; days are named as the user's own."""
        keys = [key for key in ((group,) if isinstance(group, str) else group) if key]
        ahead = set(scope.ahead.values()) if "day" in keys else set()
        # Most of the time it is the same day everywhere, and a day of all clocks is one row.
        by_clock = ["location__time_zone"] if len(ahead) > 1 else []
        # The sum has another name than its column: while rows are grouped the column's own is taken.
        sums = {f"{name}_total": Sum(name) for name in names}
        rows = rows.order_by()
        for row in rows.values(*keys, *by_clock).annotate(**sums) if keys else [rows.aggregate(**sums)]:
            if ahead:
                row["day"] -= self._ahead(row["location__time_zone"]) if by_clock else next(iter(ahead))
            key = tuple(row[key] for key in keys) or (None,)
            yield key if len(key) > 1 else key[0], {name: row[f"{name}_total"] or 0 for name in names}

    def _ahead(self, clock):
        return timedelta(days=self.scope.shift(zone_of(clock)))

    def _pick(self, group, day, at, who, through):
        own = day - self._ahead(self._places.get(at, ""))
        return {"": None, "day": own, "location": at, "agent": who, "provider": through}[group]
