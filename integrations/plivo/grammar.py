"""How Plivo writes an id and a number, wherever they stand."""

import re

# Samples differ in length and some are cut, so no strict UUID (FACTS 6.2-5).
CALL_UUID = re.compile(r"[0-9A-Za-z-]{8,64}")


def call_uuid(text):
    """A call's id out of a vendor's field; "" when it is none."""
    return text if isinstance(text, str) and CALL_UUID.fullmatch(text) else ""


def number(text):
    """`+digits`, which Plivo writes with or without the "+"; "" for a SIP address and anything else."""
    return f"+{text.lstrip('+')}" if isinstance(text, str) and re.fullmatch(r"\+?[0-9]{3,15}", text) else ""
