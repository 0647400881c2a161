"""What stands at FeedbackAPI now, beside what somebody here believed to stand there."""

from integrations.feedbackapi import bodies

# Said as deeds, not as values: to add what is there, or to take away what is not, changes nothing.
DEEDS = ("location_add", "location_remove", "review_profile")
_ANY_CASE = ("email", "country_code")


def conflict(raw, values, expects):
    """{field: what the vendor's object shows} of the fields that are neither as expected nor as wished already.

    values    what we are about to send;  expects   {field: [acceptable present values]}
    """
    return {
        name: raw.get(name)
        for name, accepted in expects.items()
        if name not in DEEDS and not _is_one_of(name, raw.get(name), _acceptable(name, values, accepted))
    }


def _acceptable(name, values, accepted):
    accepted = accepted if isinstance(accepted, list) else [accepted]
    return [*accepted, values[name]] if name in values else accepted


def _is_one_of(name, theirs, accepted):
    return read(name, theirs) in [read(name, value) for value in accepted]


def read(name, value):
    """A value to be compared, as our readers see it: nothing is the empty text, a number its text, a list a set."""
    if isinstance(value, (list, tuple)):
        return frozenset(read(name, item) for item in value) or ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = bodies.text(value).strip()
    return text.casefold() if name in _ANY_CASE else text
