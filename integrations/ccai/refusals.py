"""CCAI's printed refusals in sentences of ours (ccai_calls.txt). It has no error codes, only texts.

One text is written in two ways ("not well-formed", "not well formed"), some carry a value
("menu_id 9999 is not found"), so they are matched loosely, on letters and digits alone.
"""

import re
from dataclasses import dataclass

ON_DO_NOT_CALL = "This number is on CCAI's own do-not-call list."


@dataclass(frozen=True)
class Refusal:
    """A pattern over the normalised text, our sentence, and CCAI's name of the field at fault."""

    pattern: str
    sentence: str
    param: str = ""


# The first that matches wins, so the particular ones stand before the general ones.
REFUSALS = (
    Refusal(r"agent is not available", "You are not available in CCAI: set your status there, then dial again."),
    Refusal(r"agent does not have access", "Your CCAI account may not make calls: ask an admin.", "agent_email"),
    Refusal(r"not a valid agent email", "CCAI does not know your e-mail: check it in your profile.", "agent_email"),
    Refusal(r"agent email (is )?required", "Your profile has no CCAI e-mail address.", "agent_email"),
    Refusal(r"ticket id or end user number required", "CCAI needs a number or a ticket id.", "end_user_number"),
    Refusal(r"end user number is not well formed", "CCAI cannot dial this number as it is written.", "end_user_number"),
    Refusal(r"end user number is required", "CCAI needs the number to call.", "end_user_number"),
    Refusal(r"do not call|\bdnc\b", ON_DO_NOT_CALL, "end_user_number"),
    Refusal(r"contact not found", "CCAI finds no contact for this ticket.", "ticket_id"),
    Refusal(r"invalid call type", "CCAI does not offer this kind of call.", "call_type"),
    Refusal(r"language .*is not available", "This language is not switched on in CCAI.", "lang"),
    Refusal(r"language .*is not found", "CCAI does not know this language.", "lang"),
    Refusal(r"menu id is required", "Choose a menu.", "menu_id"),
    Refusal(r"menu id is not well formed", "CCAI cannot read this menu's id.", "menu_id"),
    Refusal(r"menu id .*is not found", "CCAI has no such menu.", "menu_id"),
    Refusal(r"only .* menu ids are permitted", "This menu cannot take this kind of call.", "menu_id"),
    Refusal(r"manual redirection", "This menu sends its calls elsewhere just now.", "menu_id"),
    Refusal(r"after hours", "This menu is closed at this hour.", "menu_id"),
    Refusal(r"scheduled at is required", "Choose a time in the future.", "scheduled_at"),
    Refusal(r"call (is |has )?(already )?(ended|over|finished)", "Call ended: CCAI takes flags during a call only."),
    Refusal(r"missing parameter|param is missing", "CCAI misses a field in our request."),
)  # fmt: skip
GENERIC = Refusal("", "CCAI refused the call.")


def refusal(words):
    """The Refusal that fits the vendor's words, else the generic one."""
    plain = " ".join(re.findall(r"[a-z0-9]+", words.lower()))
    return next((entry for entry in REFUSALS if re.search(entry.pattern, plain)), GENERIC)
