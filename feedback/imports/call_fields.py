"""What a file of calls may tell, and the words it is told in."""

from calls.choices import CallStatus, Kind
from customers.imports.kinds import (
    DATE,
    PERSON,
    PLACE,
    SCORE,
    SECONDS,
    TEXT,
    TIME,
    WORD,
    YES_NO,
    Field,
    words,
)

ENDINGS = {
    CallStatus.COMPLETED.value: words(
        "y, yes, true, 1, answered, completed, complete, connected, handled, success, successful, ended, call ended, ok"
    ),
    CallStatus.NO_ANSWER.value: words(
        "n, no, false, 0, no answer, noanswer, not answered, unanswered, missed, abandoned, abandon, lost, hang up, "
        "hangup, not connected, timeout"
    ),
    CallStatus.BUSY.value: words("busy, line busy"),
    CallStatus.FAILED.value: words("failed, failure, error"),
    CallStatus.CANCELLED.value: words("cancelled, canceled"),
    CallStatus.VOICEMAIL.value: words("voicemail, voice mail, left voicemail"),
}
DIRECTIONS = {
    Kind.INCOMING.value: words("in, inbound, incoming, received, i"),
    Kind.OUTBOUND.value: words("out, outbound, outgoing, dialled, dialed, o"),
}

FIELDS = (
    Field(
        "call_id",
        "Call id",
        TEXT,
        words(
            "call id, callid, call number, call no, interaction id, contact id, conversation id, session id, uuid, id, "
            "record id, call uuid, call sid"
        ),
        help="Tells the calls of one source apart. Without it a row is known by all that stands in it.",
    ),
    Field(
        "date",
        "Date",
        DATE,
        words(
            "date, call date, started at, start time, started, timestamp, date time, datetime, call start, created at, "
            "call time, start date, start, day, call datetime, date and time"
        ),
        help="With or without the time behind it.",
        is_required=True,
    ),
    Field(
        "time",
        "Time of day",
        TIME,
        words("time, time of day, call time, start time, hour"),
        help="Where it stands apart from the date.",
    ),
    Field(
        "answered",
        "Answered",
        WORD,
        words(
            "answered y n, answered, was answered, call answered, call status, status, call result, result, connected, "
            "call outcome, outcome"
        ),
        help="Yes or no, or how it ended: answered, abandoned, busy, voicemail …",
        words=ENDINGS,
    ),
    Field(
        "agent",
        "Agent",
        PERSON,
        words(
            "agent, agent name, agent email, operator, handled by, user, representative, rep, csr, employee, advisor, "
            "answered by"
        ),
        help="A name or an e-mail address.",
    ),
    Field(
        "resolved",
        "Resolved",
        YES_NO,
        words("resolved, resolved y n, issue resolved, is resolved, solved, fcr, first call resolution"),
    ),
    Field(
        "topic",
        "Topic",
        TEXT,
        words("topic, call reason, reason, category, subject, call topic, queue, department"),
        limit=100,
    ),
    Field(
        "wait",
        "Wait before the answer",
        SECONDS,
        words(
            "speed of answer in seconds, speed of answer, wait time, waiting time, queue time, time in queue, wait, "
            "ring time, asa, answer speed"
        ),
    ),
    Field(
        "talk",
        "Talk time",
        SECONDS,
        words(
            "avg talk duration, talk duration, talk time, talk, avg talk time, call duration, duration, call length, "
            "length, billsec"
        ),
    ),
    Field(
        "rating",
        "Satisfaction, 1 to 5",
        SCORE,
        words(
            "satisfaction rating, customer satisfaction, satisfaction, csat, csat score, customer rating, rating, "
            "stars, score"
        ),
        help="What the customer said: it becomes an answer of stars, not the quality of the line.",
    ),
    Field(
        "comments",
        "What the customer wrote",
        TEXT,
        words("comments, comment, customer comments, verbatim, feedback"),
        help="Kept beside their stars.",
        limit=20_000,
    ),
    Field(
        "direction",
        "Direction",
        WORD,
        words("direction, call direction, call type, type, inbound outbound"),
        words=DIRECTIONS,
    ),
    Field(
        "phone",
        "Customer’s number",
        TEXT,
        words(
            "phone, phone number, customer phone, customer number, caller, caller number, ani, mobile, number, "
            "from number"
        ),
        limit=60,
    ),
    Field("email", "Customer’s e-mail", TEXT, words("customer email, email, e mail, email address"), limit=254),
    Field(
        "location",
        "Location",
        PLACE,
        words("location, location name, site, branch, store, office"),
        help="Names of locations as they are called here.",
    ),
)


def check(columns, options):
    """{field: sentence} of what is missing."""
    missing = {}
    if "date" not in columns:
        missing["date"] = "Say which column tells when a call was."
    if "answered" not in columns and "talk" not in columns:
        missing["answered"] = "Say which column tells whether a call was answered, or how long it lasted."
    return missing
