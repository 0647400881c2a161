"""What stands in each column of a file of calls: one row a call, with all that is known of it."""

from calls.choices import CallStatus, Kind, Provider
from feedback.choices import FeedbackSource, Issue, Leg, Outcome, PhoneStatus
from integrations.choices import DeliveryState

ZONED = " ({zone})"  # a time says in its heading by whose clock


class Told:
    """A call with its wrap-up and the customers' answers to it, as the columns ask for them."""

    def __init__(self, call):
        self.call = call
        self.rating = getattr(call, "rating", None)
        found = {answer.pk: answer for answer in call.answers.all()}
        found |= {asked.feedback_id: asked.feedback for asked in call.feedback_requests.all() if asked.feedback_id}
        self.answers = sorted(found.values(), key=lambda answer: (answer.left_at, answer.pk), reverse=True)

    def newest(self, field):
        """What the newest answer says that says it at all: one may have given stars and another a score."""
        return next((said for answer in self.answers if (said := getattr(answer, field)) is not None), None)

    def comments(self):
        return "\n".join(answer.comments for answer in self.answers if answer.comments)

    def sources(self):
        return ", ".join(dict.fromkeys(_label(FeedbackSource, answer.source) for answer in self.answers))

    def sent(self, leg):
        """How this vendor's part of the present wrap-up stands; "" where there is none."""
        for row in self.rating.legs.all() if self.rating else ():
            if row.leg == leg and row.revision == self.rating.revision:
                return _label(DeliveryState, row.delivery.state)
        return ""


def _label(choices, value):
    return dict(choices.choices).get(value, value) if value else ""


def _call(field):
    return lambda told: getattr(told.call, field)


def _call_word(choices, field):
    return lambda told: _label(choices, getattr(told.call, field))


def _rated(field):
    return lambda told: getattr(told.rating, field) if told.rating else None


def _rated_word(choices, field):
    return lambda told: _label(choices, getattr(told.rating, field)) if told.rating else ""


def _beside(row, field):
    """A field of a row that the call may have."""

    def read(told):
        found = getattr(told.call, row)
        return getattr(found, field) if found else None

    return read


def _issues(told):
    return ", ".join(_label(Issue, code) for code in told.rating.issues) if told.rating else ""


def _account(told):
    return told.call.location.account.name if told.call.location else ""


def _saved_by(told):
    return str(told.rating.saved_by) if told.rating else ""


def _name(row):
    return lambda told: str(getattr(told.call, row) or "")


def _answered(field):
    return lambda told: told.newest(field)


def _sent(leg):
    return lambda told: told.sent(leg)


COLUMNS = (
    ("Call", _call("pk")),
    ("Date" + ZONED, _call("dated")),
    ("Began" + ZONED, _call("created_at")),
    ("Connected" + ZONED, _call("connected_at")),
    ("Ended" + ZONED, _call("ended_at")),
    ("Status", _call_word(CallStatus, "status")),
    ("Kind", _call_word(Kind, "kind")),
    ("Provider", _call_word(Provider, "provider")),
    ("Agent", _name("agent")),
    ("Agent’s e-mail", _beside("agent", "email")),
    ("Location", _name("location")),
    ("Client account", _account),
    ("Customer", _beside("customer", "name")),
    ("Number", _beside("number", "e164")),
    ("Ticket", _call("ticket_id")),
    ("Waited (seconds)", _call("wait_seconds")),
    ("Talked (seconds)", _call("talk_seconds")),
    ("On hold (seconds)", _call("hold_seconds")),
    ("After-call work (seconds)", _rated("after_call_seconds")),
    ("Outcome", _rated_word(Outcome, "outcome")),
    ("Right person", _rated("right_party")),
    ("Quality", _rated("quality")),
    ("Issues", _issues),
    ("Number’s state", _rated_word(PhoneStatus, "phone_status")),
    ("Verified customer", _call("verified_customer")),
    ("Bad actor", _call("bad_actor")),
    ("Repeat customer", _call("repeat_customer")),
    ("Notes", _rated("notes")),
    ("Resolved", _call("resolved")),
    ("Topic", _call("topic")),
    ("Wrapped up by", _saved_by),
    ("Wrapped up" + ZONED, _rated("saved_at")),
    ("Wrap-up timed out" + ZONED, _call("timed_out_at")),
    ("Answers", lambda told: len(told.answers)),
    ("Answered" + ZONED, _answered("left_at")),
    ("Answered by", lambda told: told.sources()),
    ("Stars", _answered("star_rating")),
    ("NPS", _answered("nps_score")),
    ("Happy", _answered("happy")),
    ("Comments", lambda told: told.comments()),
    ("Sent to Plivo", _sent(Leg.PLIVO)),
    ("Sent to Trestle", _sent(Leg.TRESTLE)),
    ("Sent to CCAI", _sent(Leg.CCAI)),
    ("Survey", _sent(Leg.SURVEY)),
)


def heads(zone):
    """The headings, those of times with the zone's name."""
    return [head.replace("{zone}", zone) for head, _ in COLUMNS]


def cells(call):
    """The call's values, one a column."""
    told = Told(call)
    return [read(told) for _, read in COLUMNS]
