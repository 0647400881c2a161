"""Counting the rows themselves: the one way to a day's columns, whether they are kept or asked for at once."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate

from calls.models import DATED, Call
from feedback.models.answers import Feedback, Review
from feedback.models.requests import FeedbackRequest
from feedback.models.wrap_ups import RatingLeg
from feedback.scope import began, zone_of
from feedback.tallies import columns
from feedback.tallies.whose import call_of_answer

GROUP = ("day", "at", "who", "through")  # location, agent and provider under names that no model has


@dataclass(frozen=True)
class Places:
    """Locations (ids; None is "no location") that share a clock, and days of it, both counted."""

    zone: str
    ids: tuple
    first: object
    last: object
    agent: int | None = None  # None: of everybody
    provider: str = ""

    def rows(self, queryset, moment, place, agent, provider):
        """The rows of `queryset` here and then, in groups by day, location, agent and provider.

        `moment` is the expression that dates a row, the others are the names of its fields; "" for none.
        """
        zone = zone_of(self.zone)
        start, end = began(self.first, zone), began(self.last + timedelta(days=1), zone)
        found = queryset.annotate(moment=moment).filter(self._here(place), moment__gte=start, moment__lt=end)
        found = self._narrowed(found, agent, provider)
        groups = {"day": TruncDate("moment", tzinfo=zone), "at": F(place)}
        groups |= {name: F(field) for name, field in (("who", agent), ("through", provider)) if field}
        return found.order_by().annotate(**groups).values(*groups)

    def _narrowed(self, found, agent, provider):
        for field, wanted in ((agent, self.agent), (provider, self.provider)):
            if wanted:
                found = found.filter(**{field: wanted}) if field else found.none()
        return found

    def _here(self, place):
        known = [pk for pk in self.ids if pk is not None]
        here = Q(**{f"{place}__in": known})
        return here | Q(**{f"{place}__isnull": True}) if None in self.ids else here


def days(places):
    """{(day, location, agent, provider): Counter of columns} of all that counts there and then, group by group."""
    found = defaultdict(Counter)
    for rows in (_calls(places), _legs(places), _answers(places), _requests(places), _reviews(places)):
        for row in rows:
            _add(found, row)
    return found


def _add(found, row):
    key = (row.pop("day"), row.pop("at"), row.pop("who", None), row.pop("through", None) or "")
    counts = {name.removeprefix(columns.COUNTED): int(value) for name, value in row.items() if value}
    if counts:
        found[key].update(counts)


def _calls(places):
    rows = places.rows(Call.objects.all(), DATED, "location", "agent", "provider")
    return rows.annotate(**columns.aggregates(columns.CALLS, columns.CALL_SUMS))


def _legs(places):
    call = "rating__call__"
    present = RatingLeg.objects.filter(revision=F("rating__revision"))
    moment = Coalesce(f"{call}ended_at", f"{call}created_at")
    rows = places.rows(present, moment, f"{call}location", f"{call}agent", f"{call}provider")
    return rows.annotate(**columns.aggregates(columns.LEGS))


def _answers(places):
    answers = Feedback.objects.filter(gone_at=None).annotate(**call_of_answer())
    rows = places.rows(answers, F("left_at"), "location", "call_agent", "call_provider")
    return rows.annotate(**columns.aggregates(columns.ANSWERS, columns.ANSWER_SUMS))


def _requests(places):
    moment = Coalesce("due_at", "requested_at")
    rows = places.rows(FeedbackRequest.objects.all(), moment, "location", "call__agent", "call__provider")
    return rows.annotate(**columns.aggregates(columns.REQUESTS))


def _reviews(places):
    rows = places.rows(Review.objects.filter(gone_at=None), F("written_at"), "location", "", "")
    return rows.annotate(**columns.aggregates(columns.REVIEWS, columns.REVIEW_SUMS))
