"""Which calls of a week are looked at again: a few of each agent, each with its reason, the same ones for everybody.

All queries are of one location and one week, by the index of the day a call counts on, or of the answers of that week;
nothing depends on how many calls there are besides. The draw is seeded by week, place and agent.
"""

import hashlib
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from calls.models import DATED, Call
from customers.models import Location
from feedback.choices import HUMAN_REACHED, Mood, Outcome
from feedback.coaching.choices import Why
from feedback.inbox.moods import OF_MOOD, score_of
from feedback.models import CoachingPick, CoachingWeek, Feedback, Rating
from feedback.scope import began, zone_of

SHORT, LONG = 5, 60  # seconds of talk: too few to have reached somebody, too many to have reached nobody
WELL, POORLY, LOW = 4, 2, 4  # the agent's own rating: “well” from 4, “poorly” to 2, “worst” below 4
NOBODY = (Outcome.NO_ANSWER, Outcome.BUSY)
ASKED_AT_ONCE = 500  # calls looked up in one query; below SQLite's limit of parameters
WEEK = timedelta(days=7)

MISFIT = Q(rating__outcome__in=HUMAN_REACHED, talk_seconds__lte=SHORT) | Q(
    rating__outcome__in=NOBODY, talk_seconds__gte=LONG
)


@dataclass(frozen=True)
class Candidate:
    """A call (its id) that may be picked, and the reason in figures. `rank`: the smaller the sooner."""

    call: int
    agent: int
    why: str
    because: str
    rank: tuple


def monday(day):
    """The Monday of a date's week."""
    return day - timedelta(days=day.weekday())


def last_week(place, now=None):
    """The Monday of the last week that is over at a Location (None: by the house's clock)."""
    today = (now or timezone.now()).astimezone(_zone(place)).date()
    return monday(today) - WEEK


def _zone(place):
    return zone_of(place.time_zone if place else "")


def pick_due(now=None):
    """The calls of the last week of each location where nobody has picked them yet. How many calls."""
    places = [None, *Location.objects.filter(is_active=True, gone_at=None).order_by("pk")]
    done = set(CoachingWeek.objects.filter(week__gte=_long_ago(now)).values_list("week", "location"))
    wanted = [(last_week(place, now), place) for place in places]
    return sum(pick_week(week, place) for week, place in wanted if (week, place and place.pk) not in done)


def _long_ago(now):
    return (now or timezone.now()).date() - timedelta(days=21)


def pick_week(week, place):
    """Pick for the week that begins on the Monday `week` at a Location (None: calls without one); once. How many."""
    try:
        with transaction.atomic():
            CoachingWeek.objects.create(week=week, location=place)
            picks = choose(week, place)
            CoachingPick.objects.bulk_create(
                CoachingPick(
                    call_id=one.call, week=week, location=place, agent_id=one.agent, why=one.why, because=one.because
                )
                for one in reversed(picks)  # the list has the newest first, and then the agents stand by name
            )
            return len(picks)
    except IntegrityError:
        if CoachingWeek.objects.filter(week=week, location=place).exists():
            return 0  # another worker was first
        raise


def choose(week, place):
    """The Candidates that are picked, an agent after the other. None of a call that was picked before."""
    calls = _calls_of(week, place)
    told = defaultdict(list)
    for one in (*_disagreements(week, place), *_suspicious(calls, week, place)):
        told[one.agent].append(one)
    return [
        one
        for agent in _agents(calls, told)
        for one in _of_agent(_in_order(told[agent]), _Draw(calls, week, place, agent), settings.COACHING_CALLS)
    ]


def _calls_of(week, place):
    zone = _zone(place)
    start, end = began(week, zone), began(week + WEEK, zone)
    return Call.objects.annotate(dated=DATED).filter(location=place, dated__gte=start, dated__lt=end)


def _agents(calls, told):
    """Whose calls there are, by name (ids): agents only, and those still here or known from a file."""
    ids = {*calls.exclude(agent=None).order_by().values_list("agent", flat=True).distinct(), *told}
    people = User.objects.filter(Q(is_active=True) | Q(is_placeholder=True), pk__in=ids, role=Role.AGENT)
    return [pk for pk, _ in sorted(people.values_list("pk", "name"), key=lambda row: (row[1].casefold(), row[0]))]


def _in_order(candidates):
    """By reason, then by rank; a call once, for its first reason."""
    seen, found = set(), []
    for one in sorted(candidates, key=lambda one: (list(Why).index(one.why), one.rank)):
        if one.call not in seen:
            seen.add(one.call)
            found.append(one)
    return found


def _of_agent(told, draw, most):
    """At most so many: of each reason one first, and always one that was drawn, for only that one shows the usual."""
    firsts, rest, reasons = [], [], set()
    for one in told:
        (rest if one.why in reasons else firsts).append(one)
        reasons.add(one.why)
    chosen = [*firsts, *rest][: max(most - 1, 0)]
    return chosen + draw.more(most - len(chosen), {one.call for one in chosen})


class _Draw:
    """Calls of one agent by lot."""

    def __init__(self, calls, week, place, agent):
        self.calls, self.agent, self.seed = calls, agent, _key(week, place, f"agent {agent}")

    def more(self, count, besides):
        """So many Candidates that were answered and are not in `besides`."""
        if count < 1:
            return []
        answered = self.calls.filter(agent=self.agent, connected_at__isnull=False, coaching=None).order_by("pk")
        pool = [pk for pk in answered.values_list("pk", flat=True) if pk not in besides]
        dice = random.Random(self.seed)  # noqa: S311  (a sample, not a secret)
        says = f"One of {len(pool):,} answered calls of the week" if len(pool) > 1 else "The only other answered call"
        return [Candidate(pk, self.agent, Why.RANDOM, says, ()) for pk in dice.sample(pool, min(count, len(pool)))]


def _disagreements(week, place):
    """Agent and customer see the same call differently: by what was answered in the week, whenever the call was."""
    yield from _against(week, place, Mood.UNHAPPY, Q(quality__gte=WELL), Why.UNHAPPY)
    yield from _against(week, place, Mood.HAPPY, Q(quality__lte=POORLY), Why.HAPPY)


def _against(week, place, mood, rated, why):
    zone = _zone(place)
    answers = Feedback.objects.filter(
        OF_MOOD[mood],
        location=place,
        gone_at=None,
        left_at__gte=began(week, zone),
        left_at__lt=began(week + WEEK, zone),
    )
    about = {}
    for answer in answers.only("kind", "nps_score", "star_rating", "happy", "type", "call_id").order_by("pk"):
        if answer.call_id:
            about.setdefault(answer.call_id, answer)
    asked = answers.filter(call=None, requests__call__isnull=False).order_by("pk")
    for answer in asked.annotate(asked_call=F("requests__call")):
        about.setdefault(answer.asked_call, answer)
    for call, quality, agent in _rated(list(about), rated, place):
        says = f"The agent said {quality.normalize():f} of 5, the customer {score_of(about[call]).words}"
        yield Candidate(call, agent, why, says, (_key(week, place, call),))


def _rated(calls, rated, place):
    for n in range(0, len(calls), ASKED_AT_ONCE):
        some = Rating.objects.filter(rated, call__in=calls[n : n + ASKED_AT_ONCE])
        found = some.filter(call__location=place, call__coaching=None)
        yield from found.exclude(call__agent=None).order_by("call").values_list("call", "quality", "call__agent")


def _suspicious(calls, week, place):
    """What the wrap-up itself shows: an outcome that does not fit, and the lowest ratings."""
    rows = calls.filter(MISFIT | Q(rating__quality__lt=LOW), coaching=None).exclude(agent=None).order_by("pk")
    for pk, agent, quality, outcome, talk in rows.values_list(
        "pk", "agent", "rating__quality", "rating__outcome", "talk_seconds"
    ):
        tie = _key(week, place, pk)
        if _is_misfit(outcome, talk):
            says = f"“{Outcome(outcome).label}” after {talk} seconds of talk"
            yield Candidate(pk, agent, Why.OUTCOME, says, (tie,))
        if quality is not None and quality < LOW:
            yield Candidate(pk, agent, Why.WORST, f"Rated {quality.normalize():f} of 5", (quality, tie))


def _is_misfit(outcome, talk):
    if talk is None:
        return False
    return (outcome in HUMAN_REACHED and talk <= SHORT) or (outcome in NOBODY and talk >= LONG)


def _key(week, place, what):
    """A place in a line that is the same for everybody and that nobody chose."""
    return hashlib.sha256(f"coaching {week} {place.pk if place else 0} {what}".encode()).hexdigest()
