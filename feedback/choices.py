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


class Channel(models.TextChoices):
    SMS = "sms", "Text message"
    EMAIL = "email", "E-mail"


class FeedbackKind(models.TextChoices):
    """What FeedbackAPI's `type` means: "star-rating", "nps", and "happy" or "csat" for one thing (FACTS 6.5-6)."""

    NPS = "nps", "NPS"
    STARS = "stars", "Stars"
    HAPPY = "happy", "Happy or not"
    OTHER = "other", "Something else"


class FeedbackSource(models.TextChoices):
    """Where a customer gave an answer."""

    FEEDBACKAPI = "feedbackapi", "FeedbackAPI"
    KEYPAD = "keypad", "A key at the end of the call"
    FILE = "file", "An imported file"


class Mood(models.TextChoices):
    """What an answer says of its author, on whichever scale (promoters 9-10, detractors 0-6, satisfied
    4-5 stars)."""

    HAPPY = "happy", "Happy"
    BETWEEN = "between", "In between"
    UNHAPPY = "unhappy", "Unhappy"

    @property
    def tone(self):
        return {"happy": "good", "between": "", "unhappy": "bad"}[self.value]

    @property
    def icon(self):
        return {"happy": "smile", "between": "meh", "unhappy": "frown"}[self.value]


class RequestOrigin(models.TextChoices):
    WRAP_UP = "wrap_up", "From a wrap-up"
    CUSTOMER = "customer", "From a customer's page"
    BULK = "bulk", "Sent to a list"
    API = "api", "By API"
    CASE = "case", "After a case"
    VENDOR = "vendor", "Made at FeedbackAPI"


class RequestStatus(models.TextChoices):
    """How a request for feedback stands; request_status.py says when it is which."""

    WAITING = "waiting", "Waiting with us"
    NEEDS_PERSON = "needs_person", "Needs a person"
    NOT_SENT = "not_sent", "Not sent"
    CANCELLED = "cancelled", "Cancelled"
    SCHEDULED = "scheduled", "Scheduled at FeedbackAPI"
    SENT = "sent", "Sent, as planned"
    LINK_ONLY = "link_only", "Link only"
    OPENED = "opened", "Opened"
    CLICKED = "clicked", "Clicked"
    ANSWERED = "answered", "Answered"
    BOUNCED = "bounced", "Bounced"
    SPAM = "spam", "Marked as spam"

    @property
    def tone(self):
        """The colour of its badge."""
        return REQUEST_LOOKS[self][0]

    @property
    def icon(self):
        return REQUEST_LOOKS[self][1]

    @property
    def meaning(self):
        """What it says and what it does not, for the legend."""
        return REQUEST_LOOKS[self][2]


_NO_SMS = "For e-mails only: of text messages it is not reported."
REQUEST_LOOKS = {
    RequestStatus.WAITING: (
        "warn",
        "clock",
        "It waits here until its time, is judged again then, and can be cancelled.",
    ),
    RequestStatus.NEEDS_PERSON: ("bad", "triangle-alert", "FeedbackAPI refused it, or it was tried too often."),
    RequestStatus.NOT_SENT: ("", "minus", "At its time something stood in the way: the reason is beside it."),
    RequestStatus.CANCELLED: ("", "x", "Somebody took it back before it was sent."),
    RequestStatus.SCHEDULED: (
        "info",
        "calendar-clock",
        "FeedbackAPI has it and sends it at its time. It cannot be recalled.",
    ),
    RequestStatus.SENT: (
        "info",
        "send",
        "Its time is over. That it was sent is inferred from that: it is not reported.",
    ),
    RequestStatus.LINK_ONLY: ("", "link", "A link was made and no message sent (“suppressed”)."),
    RequestStatus.OPENED: ("good", "eye", f"The message was opened. {_NO_SMS}"),
    RequestStatus.CLICKED: ("good", "mouse-pointer-click", "The link in it was opened."),
    RequestStatus.ANSWERED: ("good", "reply", "The customer left feedback."),
    RequestStatus.BOUNCED: ("bad", "mail-x", f"The message came back. {_NO_SMS}"),
    RequestStatus.SPAM: ("bad", "shield-alert", f"The customer marked it as spam. {_NO_SMS}"),
}


class Refusal(models.TextChoices):
    """Why somebody is not asked, as a list of many says it; verdict.py has the sentence of each."""

    OPTED_OUT = "opted_out", "opted out"
    GONE = "gone", "inactive at FeedbackAPI"
    WRONG_PARTY = "wrong_party", "somebody else answered at their number"
    INVALID = "invalid", "marked invalid at FeedbackAPI"
    OPEN_CASE = "open_case", "a case of theirs is open"
    COOL_DOWN = "cool_down", "asked not long ago"
    ADDRESS = "no_address", "no address for this kind of message"
    TEMPLATE = "template", "the template does not fit"
    LOCATION = "location", "their location is not at FeedbackAPI"
    ACCOUNT = "other_account", "of another client account"
    ALLOWANCE = "allowance", "the account's text messages are used up"


def default_outcomes():
    """The outcomes after which a survey is proposed: somebody was talked to and business was done."""
    return [Outcome.REACHED.value]


class CaseStage(models.TextChoices):
    """How far a case is. ARCHITECTURE: open → assigned → contacted → resolved | dropped."""

    OPEN = "open", "Open"
    ASSIGNED = "assigned", "Assigned"
    CONTACTED = "contacted", "Contacted"
    RESOLVED = "resolved", "Resolved"
    DROPPED = "dropped", "Dropped"

    @property
    def tone(self):
        return {"open": "warn", "assigned": "info", "contacted": "info", "resolved": "good", "dropped": ""}[self.value]

    @property
    def icon(self):
        icons = {"open": "circle-dot", "assigned": "user-round", "contacted": "phone", "resolved": "check"}
        return icons.get(self.value, "minus")

    @property
    def is_final(self):
        return self.value in CLOSED_STAGES


CLOSED_STAGES = ["dropped", "resolved"]


class CaseSourceKind(models.TextChoices):
    """What a case came from."""

    ANSWER = "answer", "Private answer"
    REVIEW = "review", "Public review"
    CALL = "call", "Poor call quality"

    @property
    def name_of_row(self):
        """Under which name its row stands in a CaseSource."""
        return "rating" if self is CaseSourceKind.CALL else self.value

    @property
    def icon(self):
        return {"answer": "frown", "review": "star", "call": "phone"}[self.value]


class CaseWord(models.TextChoices):
    """What happened to a case."""

    OPENED = "opened", "Opened"
    JOINED = "joined", "Another one joined"
    ASSIGNED = "assigned", "Assigned"
    RELEASED = "released", "Nobody’s again"
    NOTE = "note", "Note"
    CONTACTED = "contacted", "Contacted"
    WITHDRAWN = "withdrawn", "Contact taken back"
    RESOLVED = "resolved", "Resolved"
    DROPPED = "dropped", "Dropped"
    REOPENED = "reopened", "Reopened"
    ESCALATED = "escalated", "Told to the supervisors"
    FOLLOW_UP = "follow_up", "Second survey"
    KNOWN = "known", "Customer known now"
    ANSWERED = "answered", "Asked again and answered"


class ContactHow(models.TextChoices):
    """How somebody reached them."""

    CALL = "call", "Called"
    EMAIL = "email", "Wrote an e-mail"
    MESSAGE = "message", "Wrote a message"
    IN_PERSON = "in_person", "Spoke in person"
    PUBLIC = "public", "Answered in public"
    OTHER = "other", "Another way"


class RootCause(models.TextChoices):
    """What was behind it, as a person found out."""

    WAITING = "waiting", "Waiting or hard to reach"
    STAFF = "staff", "How staff behaved"
    QUALITY = "quality", "Quality of the service"
    PRICE = "price", "Price or billing"
    PROMISE = "promise", "A promise not kept"
    INFORMATION = "information", "Wrong or missing information"
    CALL = "call", "The call itself, sound or line"
    MISTAKE = "mistake", "Answered by mistake"
    OTHER = "other", "Something else"


class CaseLevel(models.TextChoices):
    """What is told to supervisors when it has been forgotten, each once a case."""

    UNASSIGNED = "unassigned", "Nobody’s for too long"
    NO_CONTACT = "no_contact", "Not contacted yet"
    OVERDUE = "overdue", "Its time is over"
