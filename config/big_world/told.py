"""Which calls there were and how each went: plain values, oldest first. Nothing here knows the database."""

import random
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from calls.choices import CallStatus, Kind, Provider
from config.big_world import clock
from feedback.choices import Issue, Outcome

DAY = 86_400
WRAPPED_UP = 0.905  # of what an agent is asked about; 85 % of all that ended, as the rest has no agent
RETRIED_WITHIN = 2 * DAY  # a call to somebody who was missed so long before is its child
FALLING = 60 * DAY  # how long ago a place began to lose friends


@dataclass(slots=True)
class Told:
    """One call. Times are whole seconds since 1970, people and places their numbers in the cast (None: nobody)."""

    at: int
    place: int | None
    customer: int | None
    agent: int | None
    kind: str
    provider: str
    status: str
    fail_reason: str = ""
    ring: int = 0
    talk: int = 0
    hold: int = 0
    connected: bool = False
    carrier: str = ""  # the carrier's id of it, where its report was found
    outcome: str = ""  # "": not wrapped up
    right_party: bool | None = None
    quality: float | None = None
    issues: tuple = ()
    mood: float = 0.5  # 0 to 1: what the customer thinks of it
    took: int = 0  # seconds of the wrap-up
    flag: str = ""
    resolved: bool | None = None
    parent: int | None = None  # index of the call that is tried again

    @property
    def ended(self):
        return self.at + 2 + self.ring + self.talk


class Choice:
    """One of some things by their weights, fast."""

    def __init__(self, weights):
        self.things, self.sums = list(weights), list(accumulate(weights.values()))

    def of(self, dice):
        return dice.choices(self.things, cum_weights=self.sums)[0]


KINDS = Choice({Kind.OUTBOUND.value: 780, Kind.INCOMING.value: 210, Kind.SCHEDULED.value: 10})
PROVIDERS = Choice(
    {
        Provider.CCAI.value: 62,
        Provider.PLIVO.value: 24,
        Provider.TELESIGN.value: 9,
        Provider.ELSEWHERE.value: 5,
    }
)
ENDS = {
    True: Choice(
        {
            (CallStatus.COMPLETED.value, ""): 580,
            (CallStatus.NO_ANSWER.value, "eu_no_answer"): 250,
            (CallStatus.BUSY.value, "eu_busy"): 60,
            (CallStatus.FAILED.value, "unknown"): 65,
            (CallStatus.CANCELLED.value, "ag_canceled"): 30,
            (CallStatus.REFUSED.value, ""): 15,
        }
    ),
    False: Choice(
        {
            (CallStatus.COMPLETED.value, ""): 875,
            (CallStatus.CANCELLED.value, "eu_abandoned"): 90,
            (CallStatus.VOICEMAIL.value, ""): 25,
            (CallStatus.DEFLECTED.value, ""): 10,
        }
    ),
}
WITHOUT_AGENT = (CallStatus.CANCELLED, CallStatus.VOICEMAIL, CallStatus.DEFLECTED)
CARRIED = (CallStatus.COMPLETED, CallStatus.NO_ANSWER, CallStatus.BUSY, CallStatus.FAILED, CallStatus.CANCELLED)
ANSWERED = {
    True: Choice(
        {
            Outcome.REACHED.value: 550,
            Outcome.NOT_INTERESTED.value: 120,
            Outcome.CALLBACK.value: 80,
            Outcome.WRONG_PARTY.value: 60,
            Outcome.DO_NOT_CALL.value: 4,
            Outcome.VOICEMAIL.value: 186,
        }
    ),
    False: Choice({Outcome.REACHED.value: 92, Outcome.CALLBACK.value: 5, Outcome.NOT_INTERESTED.value: 3}),
}
UNANSWERED = {
    CallStatus.NO_ANSWER: Choice({Outcome.NO_ANSWER.value: 9, Outcome.VOICEMAIL.value: 1}),
    CallStatus.BUSY: Choice({Outcome.BUSY.value: 1}),
    CallStatus.FAILED: Choice({Outcome.FAILED.value: 6, Outcome.DISCONNECTED_NUMBER.value: 4}),
    CallStatus.CANCELLED: Choice({Outcome.NO_ANSWER.value: 3, Outcome.FAILED.value: 1}),
}
RIGHT_PARTY = {
    Outcome.REACHED: Choice({True: 88, False: 3, None: 9}),
    Outcome.NOT_INTERESTED: Choice({True: 75, False: 10, None: 15}),
    Outcome.CALLBACK: Choice({True: 55, False: 25, None: 20}),
    Outcome.DO_NOT_CALL: Choice({True: 70, False: 30}),
    Outcome.WRONG_PARTY: Choice({False: 1}),
}
ISSUES = Choice(
    {
        Issue.BROKEN_AUDIO.value: 30,
        Issue.ECHO.value: 18,
        Issue.LOW_AUDIO_LEVEL.value: 14,
        Issue.AUDIO_LAG.value: 12,
        Issue.CALL_DROPPED.value: 9,
        Issue.ONE_WAY_AUDIO.value: 6,
        Issue.ROBOTIC_AUDIO.value: 5,
        Issue.HIGH_CONNECT_TIME.value: 3,
        Issue.CALLERID_ISSUE.value: 2,
        Issue.DIGITS_NOT_CAPTURED.value: 1,
        Issue.OTHERS.value: 4,
    }
)
FLAGS = Choice({"": 88, "verified_customer": 8, "repeat_customer": 3, "bad_actor": 1})


def tell(plan, cast):
    """The Tolds of a plan, the oldest first. `cast`: a people.Cast."""
    teller = Teller(plan, cast)
    on_now = min(cast_now(cast), plan.calls // 100)
    for day, count in clock.days(plan.calls - on_now, plan.until):
        yield from teller.day(day, count)
    yield from teller.owed()
    yield from teller.on_now(on_now)


def cast_now(cast):
    """How many are on a call this minute."""
    return len(cast.agent_keys) // 12


class Teller:
    """Tells day by day; what it must remember is who was missed last."""

    def __init__(self, plan, cast):
        self.dice = random.Random(f"calls {plan.seed}")  # noqa: S311  (a story, not a secret)
        self.until, self.cast = plan.until, cast
        self.end = int(plan.until.timestamp())
        self.told, self.late = 0, 0
        self.missed = {}  # customer → (index of the call, when)
        self.never = set()  # customers who asked not to be called

    def day(self, day, count):
        moments = clock.Day(day, self.cast.places, self.until).moments(self.dice, count)
        self.late += count - len(moments)
        for at, place in moments:
            yield self._note(self._call(at, place))

    def owed(self):
        """Calls of a day that has not begun anywhere: in the last hours."""
        for at in sorted(self.end - self.dice.randrange(600, 6 * 3600) for _ in range(self.late)):
            yield self._note(self._call(at, self.dice.randrange(len(self.cast.places))))

    def on_now(self, count):
        """Calls that are not over, each of another agent and to another customer."""
        dice, taken = self.dice, set()
        for agent in sorted(dice.sample(range(len(self.cast.agent_keys)), count)):
            place = next(place for place, agents in enumerate(self.cast.agents_at) if agent in agents)
            customer = next((one for one in self.cast.customers_at[place] if one not in taken | self.never), None)
            taken.add(customer)
            is_ringing = dice.random() < 0.3
            status = CallStatus.RINGING if is_ringing else CallStatus.IN_PROGRESS
            at = self.end - dice.randrange(8, 25) if is_ringing else self.end - dice.randrange(40, 400)
            call = Told(at, place, customer, agent, Kind.OUTBOUND.value, Provider.CCAI.value, status.value)
            call.ring, call.connected = 12, not is_ringing
            yield self._note(call)

    def _note(self, call):
        if call.status in (CallStatus.NO_ANSWER, CallStatus.BUSY) and call.customer is not None:
            self.missed[call.customer] = (self.told, call.at)
        if call.outcome == Outcome.DO_NOT_CALL:
            self.never.add(call.customer)
        self.told += 1
        return call

    # --- one call -----------------------------------------------------------------------------

    def _call(self, at, place):
        dice = self.dice
        kind = KINDS.of(dice)
        is_ours = kind != Kind.INCOMING
        provider = PROVIDERS.of(dice)
        status, reason = ENDS[is_ours].of(dice)
        call = Told(at, place, self._customer(place, is_ours), None, kind, provider, status, reason)
        if is_ours or status not in WITHOUT_AGENT:
            call.agent = dice.choice(self.cast.agents_at[place])
        if not is_ours and dice.random() < 0.04:  # a caller who hides their number
            call.customer, call.place = None, None
        if call.provider == Provider.ELSEWHERE:
            call.resolved = None if dice.random() < 0.1 else status == CallStatus.COMPLETED and dice.random() < 0.88
        self._times(call)
        if is_ours:
            before = self.missed.pop(call.customer, None)
            call.parent = before[0] if before and at - before[1] < RETRIED_WITHIN else None
        if call.agent is not None and status != CallStatus.REFUSED:
            self._wrap_up(call, is_ours)
        return call

    def _customer(self, place, is_ours):
        """Some call often, most now and then; whom nobody may call is not called."""
        here = self.cast.customers_at[place]
        if not here:
            return None
        one = here[int(len(here) * self.dice.random() ** 1.5)]
        if is_ours and one in self.never:
            one = next((other for other in here if other not in self.never), None)
        return one

    def _times(self, call):
        dice = self.dice
        if call.status == CallStatus.REFUSED:
            return
        call.ring = int(dice.expovariate(1 / 14)) + 3
        if call.status == CallStatus.COMPLETED:
            call.connected = True
            call.talk = min(int(dice.lognormvariate(5.0, 0.8)) + 5, 3600)
            call.hold = int(call.talk * 0.2) if dice.random() < 0.15 else 0
        call.at = min(call.at, self.end - call.ring - call.talk - 10)
        if call.provider != Provider.ELSEWHERE and call.status in CARRIED and dice.random() > 0.15:
            call.carrier = str(UUID(int=dice.getrandbits(128), version=4))

    def _wrap_up(self, call, is_ours):
        dice = self.dice
        call.mood = self._mood(call)
        call.took = min(int(dice.lognormvariate(3.2, 0.7)) + 3, 290)
        if dice.random() > WRAPPED_UP or call.ended + call.took > self.end:
            return
        call.outcome = ANSWERED[is_ours].of(dice) if call.connected else UNANSWERED[call.status].of(dice)
        known = RIGHT_PARTY.get(call.outcome)
        call.right_party = known.of(dice) if known else None
        if call.connected and dice.random() < 0.82:
            self._judge(call)
        if call.right_party and call.provider == Provider.CCAI:
            call.flag = FLAGS.of(dice)

    def _mood(self, call):
        place, agent = call.place, call.agent
        liked = self.cast.places[place].liked if place is not None else 0.5
        if place is not None and self.cast.places[place].falls and call.at > self.end - FALLING:
            liked -= self.cast.places[place].falls
        skill, learns = self.cast.skills[agent]
        skill += learns * max(0.0, 1 - (self.end - call.at) / (120 * DAY))
        return max(0.0, min(1.0, self.dice.gauss(liked + skill + 0.12, 0.22)))

    def _judge(self, call):
        """How the line was: mostly good, whatever the talk was about."""
        dice = self.dice
        call.quality = max(1.0, min(5.0, round(2 * dice.gauss(4.0 + 0.6 * (call.mood - 0.5), 0.8)) / 2))
        if call.quality <= 3.5 and dice.random() < 0.85:
            call.issues = tuple({ISSUES.of(dice) for _ in range(1 + (dice.random() < 0.25))})
        elif call.quality < 5 and dice.random() < 0.1:
            call.issues = (ISSUES.of(dice),)
