"""The eleven issues of Plivo's page, and the two it spells in two ways."""

ISSUES = (
    "AUDIO_LAG",
    "BROKEN_AUDIO",
    "CALL_DROPPED",
    "CALLERID_ISSUE",
    "DIGITS_NOT_CAPTURED",
    "ECHO",
    "HIGH_CONNECT_TIME",
    "LOW_AUDIO_LEVEL",
    "ONE_WAY_AUDIO",
    "OTHERS",
    "ROBOTIC_AUDIO",
)
# As the text of the 422 has them; the argument list has the keys.
OTHER_SPELLING = {"CALL_DROPPED": "CALL_DROPPPED", "CALLERID_ISSUE": "CALLERID_ISSUES"}
_CANONICAL = {other: ours for ours, other in OTHER_SPELLING.items()}


def canonical(word):
    """The argument list's spelling of an issue in either spelling and any case; None when it is not one."""
    word = word.strip().upper()
    word = _CANONICAL.get(word, word)
    return word if word in ISSUES else None


def spelled(issues, like_the_422):
    """Canonical issues in the spelling this account takes."""
    return [OTHER_SPELLING.get(issue, issue) if like_the_422 else issue for issue in issues]


def has_two_spellings(issues):
    return any(issue in OTHER_SPELLING for issue in issues)
