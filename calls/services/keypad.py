"""What a customer answers by a key of the telephone, to one question at the end of a call: 1 to 5."""

from calls.choices import EventSource
from calls.services import events

SCORES = ("1", "2", "3", "4", "5")
_listeners = []


def on_keypad_answer(hear):
    """Registers `hear(call, score, at)`, called in the transaction that takes in a call's first good answer.

    score  1 to 5; `at` aware. In `ready()`.
    """
    _listeners.append(hear)


def take(call, pressed, at):
    """Take in the keys pressed (text, "" for none). The first good one is the answer; nothing else is."""
    if pressed not in SCORES:
        text = f"The customer pressed {pressed}, which answers nothing" if pressed else "The customer pressed no key"
        events.note(call, "keypad_unusable", text, dedupe=f"keys:{pressed}", source=EventSource.TELESIGN, at=at)
        return
    if events.note(
        call, "keypad", f"The customer pressed {pressed}", dedupe="keypad", source=EventSource.TELESIGN, at=at
    ):
        for hear in _listeners:
            hear(call, int(pressed), at)
