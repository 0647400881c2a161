"""Every figure is defined here, once: its formula in words, what it counts, and on what base.

A rate is a numerator over a base; the two are counted and divided at the end, never averaged. An empty
base gives None, shown as a dash. A call's date is its end, else its start (DECISIONS 31).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Avg, Count, F, Q
from django.db.models.functions import Coalesce

from calls.choices import WRAPPABLE, CallStatus
from calls.models import Call
from feedback.choices import HUMAN_REACHED
from feedback.models import RatingLeg
from feedback.selectors import day_began
from integrations.choices import DeliveryState

# Not handed to a carrier, or not yet: one the agent must finish in the adapter has rung nobody.
NOT_DIALS = (CallStatus.REFUSED, CallStatus.PLACING, CallStatus.NEEDS_AGENT, CallStatus.SCHEDULED)
# No call is longer; what began before that cannot have ended today, and the index can be used.
LONGEST_CALL = timedelta(days=1)

REACHED = Q(rating__outcome__in=HUMAN_REACHED)
# name → what is counted, of the calls whose date lies in the period
COUNTS = {
    "calls": Q(),
    "dials": ~Q(status__in=NOT_DIALS),
    "connected": ~Q(status__in=NOT_DIALS) & Q(connected_at__isnull=False),
    "contacts": REACHED & ~Q(status__in=NOT_DIALS),
    "right_party": REACHED & Q(rating__right_party=True) & ~Q(status__in=NOT_DIALS),
    "rated": Q(rating__quality__isnull=False),
    "ended": Q(status__in=WRAPPABLE),
    "wrapped_up": Q(status__in=WRAPPABLE, rating__isnull=False),
}


@dataclass(frozen=True)
class Metric:
    """One figure: `numerator` and `base` are names of counts; without a base it is a count itself."""

    key: str
    label: str
    formula: str
    numerator: str
    base: str = ""
    base_words: str = ""
    unit: str = "%"


METRICS = {
    metric.key: metric
    for metric in (
        Metric("calls", "Calls", "calls whose date is in the period", "calls", unit=""),
        Metric("connect_rate", "Connected", "100 × connected / dials", "connected", "dials", "dials"),
        Metric("contact_rate", "People reached", "100 × a person answered / dials", "contacts", "dials", "dials"),
        Metric(
            "right_party_rate",
            "Right person",
            "100 × right person / people reached",
            "right_party",
            "contacts",
            "people reached",
        ),
        Metric(
            "right_party_rate_per_dial",
            "Right person per dial",
            "100 × right person / dials",
            "right_party",
            "dials",
            "dials",
        ),
        Metric("call_quality", "Call quality", "sum of ratings / rated calls", "quality", "rated", "rated", "of 5"),
        Metric(
            "rating_coverage",
            "Quality rated",
            "100 × calls with a quality rating / connected calls",
            "rated",
            "connected",
            "connected",
        ),
        Metric(
            "wrap_up_completion",
            "Wrap-ups done",
            "100 × wrap-ups saved by a person / ended calls",
            "wrapped_up",
            "ended",
            "ended calls",
        ),
        Metric(
            "delivery_success",
            "Delivered",
            "100 × legs delivered / legs due (delivered, waiting, needing a person)",
            "delivered",
            "legs_due",
            "due",
        ),
    )
}


@dataclass(frozen=True)
class Figure:
    """A metric's value on a base: `value` unrounded or None, `count` of `n`."""

    metric: Metric
    value: float | None
    count: float
    n: int


def today(user):
    """The figures of today's calls that `user` may see, key → Figure; read raw, two queries."""
    calls = of_day(Call.objects.visible_to(user), day_began())
    counts = calls.aggregate(
        **{name: Count("pk", filter=what) for name, what in COUNTS.items()}, mean=Avg("rating__quality")
    )
    return figures(counts | _legs(calls))


def of_day(calls, began):
    """The calls whose date lies in the 24 hours (or 23, or 25) of the day that began then."""
    ends = (began + timedelta(hours=36)).replace(hour=0)
    dated = calls.filter(created_at__gte=began - LONGEST_CALL).annotate(date=Coalesce("ended_at", "created_at"))
    return dated.filter(date__gte=began, date__lt=ends)


def _legs(calls):
    due = (DeliveryState.DELIVERED, DeliveryState.PENDING, DeliveryState.PARKED)
    present = RatingLeg.objects.filter(revision=F("rating__revision"), rating__call__in=calls.values("pk"))
    legs = present.filter(delivery__state__in=due)
    return legs.aggregate(
        legs_due=Count("pk"), delivered=Count("pk", filter=Q(delivery__state=DeliveryState.DELIVERED))
    )


def figures(counts):
    """key → Figure from the counts by name."""
    return {key: _figure(metric, counts) for key, metric in METRICS.items()}


def _figure(metric, counts):
    if not metric.base:
        return Figure(metric, counts[metric.numerator], counts[metric.numerator], counts[metric.numerator])
    n = counts[metric.base]
    if metric.key == "call_quality":
        return Figure(metric, None if counts["mean"] is None else float(counts["mean"]), n, n)
    count = counts[metric.numerator]
    return Figure(metric, 100 * count / n if n else None, count, n)


# The first page's tiles, in their order.
TILES = (
    "calls",
    "connect_rate",
    "contact_rate",
    "right_party_rate",
    "call_quality",
    "rating_coverage",
    "wrap_up_completion",
    "delivery_success",
)


@dataclass(frozen=True)
class Tile:
    label: str
    shown: str
    unit: str
    note: str
    formula: str


def tiles(found):
    """The figures as tiles: text to show, unit, and the base in words."""
    return [_tile(found[key]) for key in TILES]


def _tile(figure):
    metric = figure.metric
    shown = "–" if figure.value is None else f"{figure.value:,.0f}" if not metric.base else f"{figure.value:.1f}"
    unit = metric.unit if figure.value is not None else ""
    return Tile(metric.label, shown, unit, _note(figure), metric.formula)


def _note(figure):
    """The base in words, so that no rate stands without it."""
    if not figure.metric.base:
        return ""
    if figure.metric.key == "call_quality":
        return f"{figure.n:,} rated"
    return f"{figure.count:,} of {figure.n:,} {figure.metric.base_words}"
