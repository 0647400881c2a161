"""The figures of cases: closing the loop, winning back, hours to contact. Each a numerator over a base, as all others.

Counted from the rows, which are few beside calls and answers: only what is unhappy opens a case.
"""

from datetime import timedelta

from django.db.models import Count, F, Q

from feedback import medians
from feedback.cases.follow_ups import resurveyed
from feedback.choices import CaseSourceKind, CaseStage
from feedback.figures import Metric
from feedback.models import Case, CaseSource

IN_TIME = timedelta(hours=48)  # CustomerGauge's clock, whatever the rules of accounts say
OPEN_STAGES = (CaseStage.OPEN, CaseStage.ASSIGNED, CaseStage.CONTACTED)
_SAID = (CaseSourceKind.ANSWER, CaseSourceKind.REVIEW)

METRICS = {
    metric.key: metric
    for metric in (
        Metric("cases", "Cases", "cases opened", "cases", unit="", source="cases", better="down"),
        Metric(
            "close_the_loop_rate",
            "Loop closed",
            "100 × unhappy answers and reviews with a human contact within 48 hours / unhappy answers and reviews",
            "closed_loops",
            "unhappy_said",
            "unhappy answers",
            source="cases",
            leaves_out="what was too old for a case when it came, and poor calls, which no customer complained of",
        ),
        Metric(
            "recovery_rate",
            "Won back",
            "100 × asked again and satisfied within 90 days / unhappy customers asked again",
            "recovered",
            "resurveyed",
            "asked again",
            source="cases",
            leaves_out="who was not asked again after their case was resolved",
        ),
        Metric(
            "median_hours_to_contact",
            "Hours to contact",
            "median of the hours from the opening to the first human contact",
            "hours",
            "contacted",
            "contacted",
            times=1,
            unit="h",
            source="cases",
            better="down",
            leaves_out="cases nobody has contacted the customer about",
        ),
    )
}


def cases_of(scope):
    """The cases a Scope is about: opened in its days, by the clock of their location. `agent` is whose they are."""
    return Case.objects.filter(_whose(scope), scope.within("opened_at"))


def sources_of(scope):
    """The unhappy answers and reviews of those cases."""
    return CaseSource.objects.filter(case__in=cases_of(scope).values("pk"), kind__in=_SAID)


def _whose(scope):
    """Whatever their day. A case is of no provider, so narrowed to one there are none."""
    if scope.provider:
        return Q(pk__in=())
    what = scope.of_places()
    if not scope.user.is_supervisor:
        what &= Q(owner=scope.user)
    return what & Q(owner=scope.agent) if scope.agent else what


# name → which cases it counts, and which of their unhappy answers and reviews
COUNTS = {
    "cases": Q(),
    "contacted": Q(first_contact_at__isnull=False),
    "resurveyed": resurveyed(),
    "recovered": resurveyed() & Q(recovered=True),
}
SAID = {"unhappy_said": Q(), "closed_loops": Q(contacted_at__lte=F("added_at") + IN_TIME)}


def overview(scope):
    """{key: Figure} of a Scope. Three queries."""
    sums = {}
    for rows, counts in ((cases_of(scope), COUNTS), (sources_of(scope), SAID)):
        asked = {f"{name}_counted": Count("pk", filter=what) for name, what in counts.items()}
        sums |= {name.removesuffix("_counted"): count for name, count in rows.aggregate(**asked).items()}
    found = {key: metric.of(sums) for key, metric in METRICS.items() if key != "median_hours_to_contact"}
    contacted, metric = cases_of(scope).exclude(first_contact_at=None), METRICS["median_hours_to_contact"]
    hours = medians.hours(metric, contacted, "opened_at", "first_contact_at", sums["contacted"])
    return found | {metric.key: hours}


def open_by_stage(scope):
    """{CaseStage: how many} of what is open now, whatever its day, in their order."""
    counts = dict(Case.objects.open().filter(_whose(scope)).order_by().values_list("stage").annotate(Count("pk")))
    return {stage: counts.get(stage.value, 0) for stage in OPEN_STAGES}
