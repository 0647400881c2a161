"""What happened in three weeks, told as plain values: who called whom, when, and how it went.

The same seed and the same moment tell the same story. Nothing here knows the database.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from calls.choices import CallStatus
from feedback.choices import Issue, Outcome

DAYS = 21
OFFICE = ZoneInfo("America/New_York")
OPENS, CLOSES = time(9), time(17, 30)
LEGAL_FROM, LEGAL_TO = 8, 21  # local hours in which people may be called (47 CFR 64.1200)
QUIET_BEFORE_NOW = timedelta(minutes=20)  # the last call is over and wrapped up when the demo starts
TODAYS_HOURS = timedelta(hours=5)  # whenever the demo starts, some hours of calls lie behind it
REST = timedelta(hours=7)  # nobody is called again before


@dataclass(frozen=True)
class Line:
    """A customer as the story sees them. `temper`: answers, dead, other (somebody else answers), never."""

    place: int
    zone: ZoneInfo
    temper: str = "answers"


@dataclass
class PastCall:
    """One call, over and done with. Times are aware, durations in seconds."""

    agent: int
    customer: int
    at: datetime
    status: CallStatus
    ring: int = 0
    talk: int = 0
    fail_reason: str = ""
    hangup: tuple = ("", "", "")  # Plivo's code, cause and source
    outcome: Outcome | None = None
    right_party: bool | None = None
    quality: Decimal | None = None
    issues: list = field(default_factory=list)
    notes: str = ""
    flags: dict = field(default_factory=dict)
    phone_status: str = ""
    wrap_up: int = 0
    timed_out: bool = False
    why: str = ""

    @property
    def ended_at(self):
        return self.at + timedelta(seconds=2 + self.ring + self.talk)

    @property
    def saved_at(self):
        return self.ended_at + timedelta(seconds=self.wrap_up)


def tell(now, lines, desks, seed=5550100):
    """Past calls, oldest first. `desks`: for each agent the lines they may call."""
    dice = random.Random(seed)  # noqa: S311  (a story, not a secret)
    told, rested = [], {}
    for day in range(DAYS, -1, -1):
        for agent, desk in enumerate(desks):
            for at in _dials(dice, now, day, agent):
                line = _choose(dice, [lines[place] for place in desk], at, rested)
                if line is None:
                    continue
                call = _call(dice, agent, line, at)
                told.append(call)
                rested[line.place] = _rests_until(call, line)
    told.sort(key=lambda call: call.at)
    for agent in range(1, len(desks)):  # the first agent's tray is empty: it is their shift that people try out
        _leave_one_unfinished(now, [call for call in told if call.agent == agent])
    return told


def _leave_one_unfinished(now, calls):
    """The last good call before today was never wrapped up: a colleague's time-out for the supervisor to finish."""
    reached = [call for call in calls if call.outcome == Outcome.REACHED and call.at < now - timedelta(hours=20)]
    if reached:
        reached[-1].timed_out = True


def _dials(dice, now, day, agent):
    """The moments at which an agent dials on a day that many days ago; at least twelve minutes apart."""
    begin, end = _shift(now, day, agent)
    at = begin + timedelta(minutes=dice.uniform(1, 20))
    while at < end:
        yield at.replace(microsecond=0)
        at += timedelta(minutes=dice.uniform(12, 60))


def _shift(now, day, agent):
    if day == 0:
        return now - TODAYS_HOURS, now - QUIET_BEFORE_NOW
    date = now.astimezone(OFFICE).date() - timedelta(days=day)
    begin, end = (datetime.combine(date, hour, OFFICE) for hour in (OPENS, CLOSES))
    if date.weekday() >= 5:  # at weekends one person, for half a day
        end = begin + timedelta(hours=4 if agent == date.day % 3 else 0)
    return begin, min(end, now - TODAYS_HOURS - QUIET_BEFORE_NOW)


def _choose(dice, desk, at, rested):
    """Somebody who may be called at that moment and has been left in peace for a while, or None."""
    fit = [
        line
        for line in desk
        if LEGAL_FROM <= at.astimezone(line.zone).hour < LEGAL_TO
        and line.temper != "never"
        and rested.get(line.place, at) <= at
    ]
    return dice.choice(fit) if fit else None


def _rests_until(call, line):
    if call.outcome == Outcome.DO_NOT_CALL:
        return call.at + timedelta(days=1000)
    return call.at + (timedelta(days=9) if line.temper != "answers" else REST)


def _call(dice, agent, line, at):
    how = {"dead": "dead", "other": "other"}.get(line.temper) or _pick(
        dice, talked=62, machine=8, no_answer=17, busy=6, failed=3, refused=2
    )
    call = PastCall(agent, line.place, at, CallStatus.COMPLETED, ring=dice.randint(4, 24))
    HOW[how](dice, call)
    call.wrap_up = call.wrap_up or dice.randint(9, 48)
    return call


def _pick(dice, **weights):
    return dice.choices(list(weights), list(weights.values()))[0]


def _talked(dice, call):
    call.outcome = Outcome(_pick(dice, reached=74, not_interested=10, callback=10, wrong_party=4, do_not_call=2))
    call.talk = dice.randint(35, 420) if call.outcome == Outcome.REACHED else dice.randint(12, 90)
    call.right_party = call.outcome != Outcome.WRONG_PARTY
    call.hangup = ("4000", "NORMAL_CLEARING", dice.choice(["Callee", "Caller"]))
    call.notes = dice.choice(NOTES.get(call.outcome, [""]))
    if dice.random() < 0.25:
        call.flags = {"verified_customer": True} if call.right_party else {}
    if dice.random() < 0.12:
        call.flags = call.flags | {"repeat_customer": True}
    _rate(dice, call)


def _rate(dice, call):
    if dice.random() < 0.06:
        return  # not rated
    stars = _pick(dice, s50=52, s45=16, s40=14, s35=7, s30=5, s20=4, s15=2)
    call.quality = Decimal(f"{stars[1]}.{stars[2]}")
    if call.quality < 5:
        likely = ["BROKEN_AUDIO"] * 5 + ["ECHO"] * 4 + ["LOW_AUDIO_LEVEL"] * 3 + ["AUDIO_LAG"] * 3 + list(Issue.values)
        count = 1 if call.quality >= 3.5 else 2
        call.issues = sorted(set(dice.choices(likely, k=count)))


def _other(dice, call):
    _talked(dice, call)
    call.outcome, call.right_party, call.flags = Outcome.WRONG_PARTY, False, {}
    call.talk, call.notes = dice.randint(10, 40), "Somebody else has this number now."


def _machine(dice, call):
    call.outcome, call.talk = Outcome.VOICEMAIL, dice.randint(8, 35)
    call.hangup = ("4000", "NORMAL_CLEARING", "Caller")
    call.notes = dice.choice(["", "", "Left a message to call us back."])


def _rang_only(status, outcome, reason, hangup):
    def tell(dice, call):
        call.status, call.outcome, call.fail_reason, call.hangup = status, outcome, reason, hangup
        call.wrap_up = dice.randint(2, 7)

    return tell


def _refused(dice, call):
    call.status, call.ring = CallStatus.REFUSED, 0
    call.why = "CCAI refused the call: the agent is not available. Go “available” in the adapter and dial again."


HOW = {
    "talked": _talked,
    "other": _other,
    "machine": _machine,
    "no_answer": _rang_only(CallStatus.NO_ANSWER, Outcome.NO_ANSWER, "eu_no_answer", ("3000", "NO_ANSWER", "Carrier")),
    "busy": _rang_only(CallStatus.BUSY, Outcome.BUSY, "eu_busy", ("3010", "USER_BUSY", "Carrier")),
    "dead": _rang_only(
        CallStatus.FAILED, Outcome.DISCONNECTED_NUMBER, "nothing", ("3050", "UNALLOCATED_NUMBER", "Carrier")
    ),
    "failed": _rang_only(CallStatus.FAILED, Outcome.FAILED, "nothing", ("5000", "NETWORK_OUT_OF_ORDER", "Error")),
    "refused": _refused,
}
NOTES = {
    Outcome.REACHED: [
        "", "", "", "Confirmed the appointment.", "Wants the invoice by e-mail.", "Very pleased with the last visit.",
        "Moved the appointment to next week.", "Asked about opening hours on Saturday.",
        "Unhappy about the waiting time; passed on.", "Insurance details updated.",
    ],
    Outcome.NOT_INTERESTED: ["", "Has found somebody closer to home.", "Not this year."],
    Outcome.CALLBACK: ["In a meeting, tomorrow morning.", "Driving; try after six.", "Prefers the afternoon."],
    Outcome.WRONG_PARTY: ["Her brother answered.", "A colleague picked up."],
    Outcome.DO_NOT_CALL: ["Does not want to be called again."],
}  # fmt: skip
