"""What a weekly report tells: the figures of a week against the week before, of the locations its reader sees.

Everything is worked out into plain values once, so that mail, page and archive show the same for ever.
"""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from customers.models import Location
from feedback import metrics
from feedback.alerts import words as alerts
from feedback.cases import figures as cases
from feedback.cases.selectors import is_overdue
from feedback.coaching.choices import Stage
from feedback.figures import FEW
from feedback.models import Alert, Case, CoachingPick
from feedback.overview import warnings
from feedback.overview.compared import Compared
from feedback.overview.tables import IMPROVES, better
from feedback.scope import Scope, began, zone_of
from feedback.tallies.reading import Reading

FIGURES = (
    *("calls", "contact_rate", "right_party_rate", "call_quality", "rating_coverage", "wrap_up_completion"),
    *("nps", "csat", "unhappy_rate", "response_rate", "average_review", "delivery_success"),
)
PLACES = ("unhappy_rate", "nps", "csat", "average_review")
BEST_BY = "unhappy_rate"  # the one figure of satisfaction that holds every scale
NAMED, ALERTS_SHOWN, IMPROVED_SHOWN = 5, 5, 5


class Behind(Exception):
    """So much has changed that the figures are being counted: it is told a little later."""


def tell(user, week):
    """The report of the week that begins on the Monday `week` (a date), as plain values. Raises Behind."""
    scope = Scope(user, week, week + timedelta(days=6))
    scope.zones  # noqa: B018  (looked up once for this week and the one before)
    reading = Reading(scope.on(scope.before.first, scope.last))
    if reading.is_behind:
        raise Behind
    places = Location.objects.visible_to(user).distinct().order_by("name", "pk")
    return {
        "week": week.isoformat(),
        "last_day": scope.last.isoformat(),
        "where": _where(user, places),
        "figures": _figures(scope, reading),
        **_locations(scope, reading),
        "improved": _improved(scope, reading),
        "cases": _cases(user, scope),
        **_alerts(user, scope),
        "coaching": _coaching(user),
        "not_over": [place.name for place in places if _is_not_over(place, week)][:NAMED],
        "overview": _overview(scope),
    }


def _where(user, places):
    if user.sees_all_locations:
        return "all locations"
    names = [place.name for place in places]
    return ", ".join(names) if len(names) <= NAMED else f"your {len(names)} locations"


def _is_not_over(place, week):
    """At midnight in London it is still the afternoon before in Honolulu."""
    return began(week + timedelta(days=7), zone_of(place.time_zone)) > timezone.now()


def _overview(scope, **narrowed):
    """The address of these figures on the overview."""
    asked = {"from": scope.first.isoformat(), "to": scope.last.isoformat(), **narrowed}
    return f"{reverse('feedback:overview')}?{urlencode(asked)}"


def _figures(scope, reading):
    now, before = (metrics.overview(one, reading) for one in (scope, scope.before))
    return [_figure(Compared(now[key], before[key])) for key in FIGURES]


def _figure(compared):
    figure, delta = compared.now, compared.delta
    return {
        "key": figure.metric.key,
        "label": figure.metric.label,
        "value": value_of(figure),
        "note": figure.note,
        "few": figure.is_small,
        "before": value_of(compared.before) if compared.before else "–",
        "delta": delta.words if delta else "",
        "tone": delta.tone if delta else "",
    }


def value_of(figure):
    """“62.7%”, “4.31 of 5”, a dash."""
    return f"{figure.shown} {figure.unit}".strip().replace(" %", "%")


def _locations(scope, reading):
    """The best and the worst by share of unhappy answers, and by how much they changed; or why there are none."""
    now, before = (metrics.by(one, "location", reading, PLACES) for one in (scope, scope.before))
    names = dict(Location.objects.filter(pk__in=[pk for pk in now if pk]).values_list("pk", "name"))
    found = {"warnings": _warnings(now, before, names)}
    told = [(pk, figures[BEST_BY]) for pk, figures in now.items() if pk and figures[BEST_BY].n >= FEW]
    if len(told) < 2:
        return found | {"best": None, "worst": None}
    told.sort(key=lambda one: (one[1].value, -one[1].n, names[one[0]]))
    ends = [
        {"name": names[pk], **_figure(Compared(figure, _then(before, pk))), "link": _overview(scope, location=pk)}
        for pk, figure in (told[0], told[-1])
    ]
    return found | {"best": ends[0], "worst": ends[1]}


def _warnings(now, before, names):
    """Locations whose private scores fall before their public ones do, as the overview's scorecard says it."""
    found = []
    for pk, figures in now.items():
        both = {key: Compared(figure, before[pk][key] if pk in before else None) for key, figure in figures.items()}
        if pk and (says := warnings.warning(both)):
            found.append({"name": names[pk], "says": says})
    return sorted(found, key=lambda one: one["name"])


def _then(before, pk):
    return before[pk][BEST_BY] if pk in before else None


def _improved(scope, reading):
    """Agents who improved on the week before, as the overview's table says it; the most figures first."""
    now, before = (metrics.by(one, "agent", reading, IMPROVES) for one in (scope, scope.before))
    found = []
    for pk, figures in now.items():
        if pk is None or pk not in before:
            continue
        if mine := better({key: Compared(figure, before[pk][key]) for key, figure in figures.items()}):
            found.append((pk, mine))
    names = dict(get_user_model().objects.filter(pk__in=[pk for pk, _ in found]).values_list("pk", "name"))
    found.sort(key=lambda one: (-len(one[1]), names.get(one[0], "")))
    return [
        {
            "name": names[pk],
            "says": "; ".join(f"{one.metric.label} {one.delta.words} {one.delta.was}" for one in mine),
        }
        for pk, mine in found[:IMPROVED_SHOWN]
        if pk in names
    ]


def _cases(user, scope):
    mine = Case.objects.filter(scope.of_places())
    is_open = mine.open()
    return {
        "opened": cases.cases_of(scope).count(),
        "closed": mine.filter(scope.within("closed_at")).count(),
        "open": is_open.count(),
        "late": is_open.filter(is_overdue()).count(),
    }


def _alerts(user, scope):
    seen = Alert.objects.visible_to(user).select_related("rule__location", "location")
    opened = seen.filter(scope.within("opened_at")).order_by("-opened_at", "-pk")
    shown = [
        {"pk": one.pk, "says": alerts.sentence(one), "is_open": one.ended_at is None} for one in opened[:ALERTS_SHOWN]
    ]
    return {"alerts": shown, "alerts_opened": opened.count(), "alerts_open": seen.open().count()}


def _coaching(user):
    """Of what the recipient may coach: not their own calls, and of their locations alone."""
    picks = CoachingPick.objects.visible_to(user)
    left = picks.filter(stage=Stage.OPEN).count()
    done = picks.filter(stage=Stage.REVIEWED, done_at__gte=timezone.now() - timedelta(days=7)).count()
    return {"left": left, "done": done}


def dated(told):
    """The same with its two days as dates, for templates."""
    return told | {"week": date.fromisoformat(told["week"]), "last_day": date.fromisoformat(told["last_day"])}
