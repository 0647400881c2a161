"""What the last two digits of a number do at TeleSign: the endings of `sandbox/script.py`, as its events tell them."""

from dataclasses import dataclass

from integrations.sandbox.script import ENDINGS, digits_of

_ANSWERS = ("connected", "action_only", "deflected")  # a voicemail answers too
_STATUS = {"busy": "busy", "no-answer": "no_answer", "cancel": "cancelled"}
_TALK = 20  # seconds a joined phone talks where the script names no time
_NEVER = 75
_PRESSED = {94: "7", 95: "", 96: "33"}
_SHAPES = {80: "bare", 81: "bare", 82: "bare", 83: "bare", 87: "object", 88: "rpc"}
_SILENT = (_NEVER, 82, 83, 86)  # of these no event comes


@dataclass(frozen=True)
class Line:
    """One number. `status` is what `dial_completed` says after `rings` seconds.

    talks    seconds until who was joined hangs up
    pressed  the keys pressed when asked, "" for none
    answer   text, object, rpc, bare (a 202 without id), lost, silent, refused
    events   one, none, twice, late (the last one, a minute), early (the last before the first), half (no last one)
    """

    status: str
    rings: int
    talks: int
    pressed: str
    answer: str
    events: str


def line_of(number):
    """The Line of a number in any spelling."""
    return LINES[digits_of(number)]


def _line(digits):
    ending = ENDINGS[digits]
    moments = {status: seconds for seconds, status in ending.stages}
    rings = next((moments[status] for status in _ANSWERS if status in moments), None)
    last = ending.stages[-1][0]
    return Line(
        status="answered" if rings is not None else _STATUS.get(ending.carrier and ending.carrier.status, "failed"),
        rings=last if rings is None else rings,
        talks=max(last - rings, 1) if rings is not None and ending.stages[-1][1] == "finished" else _TALK,
        pressed=_PRESSED.get(digits, str(1 + digits % 5)),
        answer=_SHAPES.get(digits) or (ending.answer if ending.answer in ("lost", "silent", "refused") else "text"),
        events="none" if digits in _SILENT else {"none": "half", "two calls": "early"}.get(ending.hook, ending.hook),
    )


LINES = {digits: _line(digits) for digits in ENDINGS}
