"""The words of a wrap-up: outcomes with their flags, Plivo's issues in people's words."""

from django.db import models


class Outcome(models.TextChoices):
    """How a call went, as the agent says it (DECISIONS 30). Keys 1-9, 0 in this order."""

    REACHED = "reached", "Reached"
    NOT_INTERESTED = "not_interested", "Not interested"
    CALLBACK = "callback", "Call back"
    WRONG_PARTY = "wrong_party", "Wrong person"
    DO_NOT_CALL = "do_not_call", "Do not call"
    VOICEMAIL = "voicemail", "Voicemail"
    NO_ANSWER = "no_answer", "No answer"
    BUSY = "busy", "Busy"
    DISCONNECTED_NUMBER = "disconnected_number", "Number not in service"
    FAILED = "failed", "Call failed"

    @property
    def key(self):
        """The digit that chooses it."""
        return str((list(Outcome).index(self) + 1) % 10)

    @property
    def human_reached(self):
        return self in HUMAN_REACHED

    @property
    def right_party(self):
        """What the outcome itself says about the right party: True, False or None for "ask"."""
        return RIGHT_PARTY.get(self)

    @property
    def is_callback(self):
        return self is Outcome.CALLBACK

    @property
    def is_do_not_call(self):
        return self is Outcome.DO_NOT_CALL

    @property
    def saves_at_once(self):
        """One key saves it, with five seconds to undo (DECISIONS 27)."""
        return self in (Outcome.NO_ANSWER, Outcome.BUSY)


HUMAN_REACHED = {
    Outcome.REACHED,
    Outcome.NOT_INTERESTED,
    Outcome.CALLBACK,
    Outcome.WRONG_PARTY,
    Outcome.DO_NOT_CALL,
}
RIGHT_PARTY = {Outcome.WRONG_PARTY: False}


class Issue(models.TextChoices):
    """Plivo's eleven call issues (plivo_call_feedback.txt, argument list) in people's words."""

    AUDIO_LAG = "AUDIO_LAG", "Delay"
    BROKEN_AUDIO = "BROKEN_AUDIO", "Broken sound"
    CALL_DROPPED = "CALL_DROPPED", "Call dropped"
    CALLERID_ISSUE = "CALLERID_ISSUE", "Wrong caller id"
    DIGITS_NOT_CAPTURED = "DIGITS_NOT_CAPTURED", "Keys not heard"
    ECHO = "ECHO", "Echo"
    HIGH_CONNECT_TIME = "HIGH_CONNECT_TIME", "Slow to connect"
    LOW_AUDIO_LEVEL = "LOW_AUDIO_LEVEL", "Too quiet"
    ONE_WAY_AUDIO = "ONE_WAY_AUDIO", "Only one side heard"
    ROBOTIC_AUDIO = "ROBOTIC_AUDIO", "Robotic voice"
    OTHERS = "OTHERS", "Something else"


class PhoneStatus(models.TextChoices):
    CONNECTED = "connected", "In service"
    DISCONNECTED = "disconnected", "Not in service"


class Leg(models.TextChoices):
    """Where one wrap-up goes."""

    PLIVO = "plivo", "Plivo"
    TRESTLE = "trestle", "Trestle"
    CCAI = "ccai", "CCAI"
    SURVEY = "survey", "Survey"
