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
from feedback.tallies.marks import pairs_of
from feedback.tallies.weeks import ISSUE_COLUMNS

# Days of locations that a reader counts itself: what changes within a second or two, before it is counted for all.
# Beyond that (after a first sync of years) the page says that it is behind.
AT_ONCE = 120
MARKS = 2_000
WIDE = timedelta(days=2)  # no two clocks are further apart


class Reading:
    """The sums of one Scope. Two queries and one for each `by`; more only where something is being counted again."""

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

    def _kept_sums(self, model, of_weeks, scope, group, names, **more):
        """{value of `group`: Counter} of the days that are kept: of whole weeks where `of_weeks` has them."""
        whole = of_weeks and self._weeks(scope)
        if not whole:
            return self._sums(self._kept(model, scope).filter(**more), scope, group, names)
        found = self._sums(self._in_weeks(of_weeks, scope, *whole).filter(**more), scope, group, names)
        beside = self._sums(self._beside_weeks(model, scope, *whole).filter(**more), scope, group, names)
        for key, counts in beside.items():
            found[key].update(counts)
        return found

    def _weeks(self, scope):
        """(first, last) Monday of the weeks that are wholly in the scope by every clock; None where none is."""
        ahead = scope.ahead.values()
        return weeks.within(scope.first + max(ahead), scope.last + min(ahead))

    def _dates(self, scope):
        """The dates on which it is one of the scope's days by any clock."""
        ahead = scope.ahead.values()
        return scope.on(scope.first + min(ahead), scope.last + max(ahead)).days

    def _in_weeks(self, of_weeks, scope, first, last):
        rows = self._narrowed(of_weeks, scope).filter(day__range=(first, last))
        return rows.exclude(_any_of(weeks.of(self._stale))) if self._stale else rows

    def _beside_weeks(self, model, scope, first, last):
        """The days before and after these weeks, and those of a week that is counted again."""
        rows, ahead = self._but_stale(self._narrowed(model, scope)), scope.ahead.values()
        days = scope.on(scope.first + min(ahead), scope.last + max(ahead)).days
        # One by one: from a range with a hole the index reads the hole too.
        wanted = Q(day__in=[day for day in days if not first <= day < last + weeks.WEEK])
        for day, at in weeks.of(self._stale or ()):
            if first <= day <= last:
                wanted |= Q(day__range=(day, day + weeks.TO_SUNDAY), location=at)
        return rows.filter(wanted, scope.of_days() if any(ahead) else Q())

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

    def _kept(self, model, scope):
        return self._but_stale(self._narrowed(model, scope).filter(scope.of_days()))

    def _but_stale(self, rows):
        return rows.exclude(_any_of(self._stale)) if self._stale else rows

    def _narrowed(self, model, scope):
        rows = model.objects.filter(scope.of_places())
        if self._who:
            rows = rows.filter(agent=self._who)
        if not scope.user.is_supervisor and scope.agent and scope.agent.pk != scope.user.pk:
            rows = rows.none()
        if scope.provider:
            rows = rows.filter(provider=scope.provider)
        return rows

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
        """{value of `group`: Counter}; days are named as the user's own."""
        keys = [key for key in ((group,) if isinstance(group, str) else group) if key]
        ahead = set(scope.ahead.values()) if "day" in keys else set()
        # Most of the time it is the same day everywhere, and a day of all clocks is one row.
        by_clock = ["location__time_zone"] if len(ahead) > 1 else []
        # The sum has another name than its column: while rows are grouped the column's own is taken.
        sums = {f"{name}_total": Sum(name) for name in names}
        rows = rows.order_by()
        groups = rows.values(*keys, *by_clock).annotate(**sums) if keys else [rows.aggregate(**sums)]
        found = defaultdict(Counter)
        for row in groups:
            if ahead:
                row["day"] -= self._ahead(row["location__time_zone"]) if by_clock else next(iter(ahead))
            key = tuple(row[key] for key in keys) or (None,)
            found[key if len(key) > 1 else key[0]].update({name: row[f"{name}_total"] or 0 for name in names})
        return found

    def _ahead(self, clock):
        return timedelta(days=self.scope.shift(zone_of(clock)))

    def _pick(self, group, day, at, who, through):
        own = day - self._ahead(self._places.get(at, ""))
        return {"": None, "day": own, "location": at, "agent": who, "provider": through}[group]


def _any_of(pairs):
    """Rows of these (day, location) pairs."""
    wanted = Q()
    for day, at in pairs:
        wanted |= Q(day=day, location=at)
    return wanted
