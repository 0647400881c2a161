"""Text on its way over the wire: cleaned of what databases refuse, cut where a person would cut."""

import re
import unicodedata
from urllib.parse import urlsplit

# NUL: PostgreSQL refuses it. Lone surrogates: they cannot be written as UTF-8.
_NUMBER = re.compile(r"\+\d{5,13}(?=\d\d)")
_ADDRESS = re.compile(r"[^\s\"'<>@]+(?=@[\w-]+\.)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)  # the letters inside the flags of regions
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def clean(text):
    """The text without NUL and lone surrogates."""
    if text.isascii():  # most text is, and then one look is enough
        return text.replace("\x00", "") if "\x00" in text else text
    return _UNSTORABLE.sub("", text)


def clean_deep(value):
    """A JSON value with all its texts and keys cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_deep(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean_deep(item) for key, item in value.items()}
    return value


def masked(text):
    """The text with phone numbers but for their last two digits, and e-mail addresses but for their domain, blanked."""
    return _ADDRESS.sub("…", _NUMBER.sub("…", text))


def cut(text, limit):
    """At most `limit` characters, ending between two characters as people see them.

    No emoji loses its skin, its family or half of its flag, no letter its accent.
    """
    if len(text) <= limit:
        return text
    end = limit
    while end > 0 and _joined(text, end):
        end -= 1
    return text[:end] or text[:limit]  # one endless "character" is not worth keeping whole


def _joined(text, at):
    """Whether text[at] belongs to the character before it."""
    before, after = text[at - 1], text[at]
    return (
        unicodedata.category(after) in ("Mn", "Mc", "Me")
        or _ZERO_WIDTH_JOINER in (before, after)
        or ord(after) in _SKIN_TONES
        or ord(after) in _TAGS
        or before + after == "\r\n"
        or _splits_a_flag(text, at)
    )


def _splits_a_flag(text, at):
    """A flag is two letters; a cut after an odd number of them in a row leaves a half."""
    run = 0
    while run < at and ord(text[at - 1 - run]) in _FLAG_LETTERS:
        run += 1
    return ord(text[at]) in _FLAG_LETTERS and run % 2 == 1


def web_address(text):
    """The address if a link may go there, else "": http or https to a named host, nothing hidden in it.

    A vendor's address is a stranger's: `javascript:` runs here, a name before an @ hides the true host, and
    letters that turn the direction of writing show another address than the one that is opened.
    """
    address = str(text or "").strip()
    if any(letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf") for letter in address) or "\\" in address:
        return ""
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.username is None and (parts.port or True)
    except ValueError:  # a port that is none, half a bracket of an IPv6 address
        return ""
    return address if parts.scheme in ("http", "https") and named else ""
