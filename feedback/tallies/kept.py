"""Which kept rows say what a Scope asks for: days, or whole weeks and the days around them."""

from django.db.models import Q

from feedback.tallies import weeks


class Kept:
    """Of a Scope narrowed to the agent `who` (id, None for everybody), without the `stale` (day, location) pairs.

    `days` is Tally or IssueTally; `of_weeks` what has the same of whole weeks, None where nothing has.
    """

    def __init__(self, scope, who, stale):
        self.scope, self._who, self._stale = scope, who, stale or set()
        self._ahead = scope.ahead.values()

    def parts(self, days, of_weeks):
        """Querysets that hold every day of the scope once."""
        whole = self._whole_weeks() if of_weeks else None
        if whole is None:
            return [self._but_stale(self._narrowed(days).filter(self.scope.of_days()), self._stale)]
        return [self._in_weeks(of_weeks, *whole), self._beside_weeks(days, *whole)]

    def _whole_weeks(self):
        """(first, last) Monday of the weeks that are wholly in the scope by every clock; None where none is."""
        return weeks.within(self.scope.first + max(self._ahead), self.scope.last + min(self._ahead))

    def _in_weeks(self, model, first, last):
        return self._but_stale(self._narrowed(model).filter(day__range=(first, last)), weeks.of(self._stale))

    def _beside_weeks(self, model, first, last):
        """The days before and after these weeks, and those of a week that is counted again."""
        dates = self.scope.on(self.scope.first + min(self._ahead), self.scope.last + max(self._ahead)).days
        # One by one: from a range with a hole the index reads the hole too.
        wanted = Q(day__in=[day for day in dates if not first <= day < last + weeks.WEEK])
        for day, at in weeks.of(self._stale):
            if first <= day <= last:
                wanted |= Q(day__range=(day, day + weeks.TO_SUNDAY), location=at)
        by_clock = self.scope.of_days() if any(self._ahead) else Q()
        return self._but_stale(self._narrowed(model).filter(wanted, by_clock), self._stale)

    def _narrowed(self, model):
        scope, rows = self.scope, model.objects.filter(self.scope.of_places())
        if self._who:
            rows = rows.filter(agent=self._who)
        if not scope.user.is_supervisor and scope.agent and scope.agent.pk != scope.user.pk:
            rows = rows.none()
        if scope.provider:
            rows = rows.filter(provider=scope.provider)
        return rows

    def _but_stale(self, rows, pairs):
        unwanted = Q()
        for day, at in pairs:
            unwanted |= Q(day=day, location=at)
        return rows.exclude(unwanted) if pairs else rows
