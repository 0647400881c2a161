"""Text on its way over the wire: cleaned of what databases refuse, cut where a person would cut."""

import re
import unicodedata

# NUL: PostgreSQL refuses it. Lone surrogates: they cannot be written as UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)  # the letters inside the flags of regions
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def clean(text):
    """The text without NUL and lone surrogates."""
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
