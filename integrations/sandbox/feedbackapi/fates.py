"""What a customer does with a feedback request, decided by the address it is sent to. The front page prints this.

The word after the last "+" of an e-mail address decides (`ann+bounces@example.com`), else the last
digit of its local part (`ann7@example.com`), else the address itself, among the ordinary ones; of a
mobile number the last digit. Seconds are those of the script, from the moment of sending; the
speed divides them.
"""

import re
from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True)
class Fate:
    """One line of the table: its word, what happens, the steps after an e-mail and after an SMS."""

    word: str
    says: str
    email: tuple
    sms: tuple
    mood: str | None = None


_OPENED, _CLICKED = (20, "open"), (30, "click")
_ANSWERED = (60, "answer")
_LATE = 3600  # the late answer, an hour after


def _answering(word, says, mood, answered=_ANSWERED):
    return Fate(word, says, (_OPENED, _CLICKED, answered), (_CLICKED, answered), mood)


FATES = (
    _answering("delighted", "opens, clicks, gives the best score", "delighted"),
    _answering("content", "opens, clicks, gives a good score", "content"),
    _answering("unhappy", "opens, clicks, gives a bad score with words", "unhappy"),
    Fate("clicks", "opens and clicks, answers nothing", (_OPENED, _CLICKED), (_CLICKED,)),
    Fate("opens", "opens the e-mail and no more; no open is reported for SMS", (_OPENED,), ()),
    Fate("silent", "nothing comes back", (), ()),
    Fate("silent", "nothing comes back", (), ()),
    _answering("late", "gives the best score after an hour", "delighted", (_LATE, "answer")),
    Fate(
        "bounces", "the e-mail bounces, the SMS fails: the customer becomes invalid; only the e-mail's bounce is shown",
        ((3, "bounce"),), ((3, "fail"),),
    ),
    Fate("spam", "opens the e-mail and reports it as spam: the customer is opted out", (_OPENED, (40, "spam")), ()),
)  # fmt: skip
_ORDINARY = FATES[:8]
_BY_WORD = {fate.word: fate for fate in reversed(FATES)}
# mood: (happy, nps score, stars, platform clicked).
ANSWERS = {
    "delighted": (True, 10, 5, "The Review Site"),
    "content": (True, 8, 4, None),
    "unhappy": (False, 3, 2, None),
}
# Words come with a bad answer only. The first are the page's own.
COMPLAINTS = (
    "I guess I was expecting more. A disappointing experience",
    "I was passed on twice and told my story three times.",
    "The line was so bad that I did not understand half of it.",
    "Nobody called me back as promised.",
    "Friendly, but my question is still open.",
)
# template: (channel, metric). The API cannot list them; the first two ids are those of the page's samples.
TEMPLATES = {
    "dfar5V": ("email", "happy"),
    "iF56sC": ("sms", "star-rating"),
    "nPsM41": ("email", "nps"),
    "nPsT42": ("sms", "nps"),
    "sTaM51": ("email", "star-rating"),
    "hApT62": ("sms", "happy"),
}


def complaint_of(mood, address):
    """What somebody at this address writes with an answer in this mood; None where nothing."""
    return COMPLAINTS[crc32(address.encode()) % len(COMPLAINTS)] if mood == "unhappy" else None


def metric_of(template):
    """What a template asks for: happy, nps or star-rating. A planted id nobody knows asks for the first."""
    return TEMPLATES.get(template, ("email", "happy"))[1]


def fate_of(channel, address):
    """The line of the table for an e-mail address or a mobile number."""
    if channel == "sms":
        return FATES[int(address[-1])]
    local = address.partition("@")[0].lower()
    if fate := _BY_WORD.get(local.rpartition("+")[2]):
        return fate
    digits = re.search(r"\d$", local)
    return FATES[int(digits[0])] if digits else _ORDINARY[crc32(local.encode()) % len(_ORDINARY)]
