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


class Kind(models.TextChoices):
    OUTBOUND = "outbound", "Outbound"
    INCOMING = "incoming", "Incoming"
    SCHEDULED = "scheduled", "Scheduled"


class CustomerFlag(models.TextChoices):
    """What CCAI keeps about a customer during a call (its reserved data properties); fields of Call by name."""

    VERIFIED_CUSTOMER = "verified_customer", "Verified customer"
    REPEAT_CUSTOMER = "repeat_customer", "Repeat customer"
    BAD_ACTOR = "bad_actor", "Bad actor"


class EventSource(models.TextChoices):
    US = "us", "Aftercall"
    CCAI = "ccai", "CCAI"
    PLIVO = "plivo", "Plivo"
    PERSON = "person", "A person"


class CarrierLink(models.TextChoices):
    """How a call came to its Plivo id."""

    NONE = "", "None yet"
    MATCHED = "matched", "Matched by numbers and time"
    CHOSEN = "chosen", "Chosen by a person"
    TYPED = "typed", "Typed in"
