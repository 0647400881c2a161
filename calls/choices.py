"""The words of a call: each is value, label, tone and whether it is final."""

from django.db import models


class CallStatus(models.TextChoices):
    """Our status, derived from the vendor's, which is kept beside it (DECISIONS 9, FACTS 6.6)."""

    PLACING = "placing", "Placing the call"
    REFUSED = "refused", "Not placed"
    UNCERTAIN = "uncertain", "We do not know whether it rang"
    NEEDS_AGENT = "needs_agent", "Finish in the CCAI adapter"
    SCHEDULED = "scheduled", "Scheduled"
    QUEUED = "queued", "Waiting in the queue"
    RINGING = "ringing", "Ringing"
    IN_PROGRESS = "in_progress", "Connected"
    COMPLETED = "completed", "Call ended"
    NO_ANSWER = "no_answer", "No answer"
    BUSY = "busy", "Busy"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    DEFLECTED = "deflected", "Sent elsewhere"
    VOICEMAIL = "voicemail", "Voicemail"

    @property
    def is_final(self):
        """Nothing but a forward move of the vendor's can change it any more."""
        return self in FINAL

    @property
    def is_live(self):
        """The call is on its way or on the line: the page follows it."""
        return self in LIVE

    @property
    def can_be_wrapped_up(self):
        """Every call that ended after it was placed (DECISIONS 10)."""
        return self in WRAPPABLE

    @property
    def tone(self):
        return TONES.get(self, "quiet")


LIVE = {
    CallStatus.PLACING,
    CallStatus.NEEDS_AGENT,
    CallStatus.QUEUED,
    CallStatus.RINGING,
    CallStatus.IN_PROGRESS,
}
# What keeps an agent, and a number, from a second call (partial unique constraints).
OPEN = LIVE
HOLDS_NUMBER = LIVE | {CallStatus.UNCERTAIN}
FINAL = {
    CallStatus.REFUSED,
    CallStatus.COMPLETED,
    CallStatus.NO_ANSWER,
    CallStatus.BUSY,
    CallStatus.FAILED,
    CallStatus.CANCELLED,
    CallStatus.DEFLECTED,
    CallStatus.VOICEMAIL,
}
WRAPPABLE = FINAL - {CallStatus.REFUSED}
NOT_WRAPPABLE = sorted(set(CallStatus) - WRAPPABLE)
TONES = {
    CallStatus.IN_PROGRESS: "busy",
    CallStatus.RINGING: "busy",
    CallStatus.PLACING: "busy",
    CallStatus.QUEUED: "busy",
    CallStatus.NEEDS_AGENT: "wait",
    CallStatus.UNCERTAIN: "wait",
    CallStatus.COMPLETED: "good",
    CallStatus.REFUSED: "bad",
    CallStatus.FAILED: "bad",
}


class Provider(models.TextChoices):
    CCAI = "ccai", "CCAI"
    TELESIGN = "telesign", "TeleSign"
    PLIVO = "plivo", "Plivo"
    ELSEWHERE = "elsewhere", "Made elsewhere"


# Whom a call can be asked of; what was made elsewhere is logged by hand.
PLACES_CALLS = (Provider.CCAI, Provider.TELESIGN, Provider.PLIVO)


class Kind(models.TextChoices):
    OUTBOUND = "outbound", "Outbound"
    INCOMING = "incoming", "Incoming"
    SCHEDULED = "scheduled", "Scheduled"


class RecordingPermission(models.TextChoices):
    """Whether a menu's call is recorded, where the tenant asks for it (ccai_calls.txt)."""

    AS_SET = "", "As CCAI is set up"
    NOT_ASKED = "not_asked", "Not asked: not recorded"
    DENIED = "denied", "Denied: not recorded"
    GRANTED = "granted", "Granted: recorded"


class CustomerFlag(models.TextChoices):
    """What CCAI keeps about a customer during a call (its reserved data properties); fields of Call by name."""

    VERIFIED_CUSTOMER = "verified_customer", "Verified customer"
    REPEAT_CUSTOMER = "repeat_customer", "Repeat customer"
    BAD_ACTOR = "bad_actor", "Bad actor"


class EventSource(models.TextChoices):
    US = "us", "Aftercall"
    CCAI = "ccai", "CCAI"
    PLIVO = "plivo", "Plivo"
    TELESIGN = "telesign", "TeleSign"
    PERSON = "person", "A person"


class CarrierLink(models.TextChoices):
    """How a call came to its Plivo id."""

    NONE = "", "None yet"
    MATCHED = "matched", "Matched by numbers and time"
    CHOSEN = "chosen", "Chosen by a person"
    TYPED = "typed", "Typed in"
    REPORTED = "reported", "Told by Plivo"


class CallbackState(models.TextChoices):
    OPEN = "open", "Open"
    HANDED_OVER = "handed_over", "With CCAI"
    DONE = "done", "Called back"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def tone(self):
        return {"open": "warn", "handed_over": "info", "done": "good"}.get(self.value, "")

    @property
    def icon(self):
        return {"open": "clock", "handed_over": "calendar-clock", "done": "check"}.get(self.value, "x")


# What keeps a number from a second one of the same origin (partial unique constraints).
WAITS = (CallbackState.OPEN, CallbackState.HANDED_OVER)


class CallbackOrigin(models.TextChoices):
    """Why somebody is to be called again."""

    PROMISE = "promise", "Promised"
    RETRY = "retry", "Next try"


class Wait(models.TextChoices):
    """How long after a try the next one comes; "" = there is none."""

    NEVER = "", "No next try"
    MINUTES_5 = "5m", "In 5 minutes"
    MINUTES_15 = "15m", "In 15 minutes"
    MINUTES_30 = "30m", "In 30 minutes"
    HOUR = "1h", "In an hour"
    HOURS_2 = "2h", "In 2 hours"
    HOURS_4 = "4h", "In 4 hours"
    NEXT_DAY = "day", "The next day, two hours later"


class Side(models.TextChoices):
    """The two sides of a call that a carrier joins: whose phone."""

    AGENT = "agent", "The agent’s phone"
    CUSTOMER = "customer", "The customer’s phone"
