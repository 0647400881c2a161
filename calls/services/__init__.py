"""The deeds on calls, one module an idea; others import them from here."""

from calls.services.by_hand import log as log_by_hand
from calls.services.carrier import choose_carrier_record, on_carrier_link, set_carrier_uuid
from calls.services.keypad import on_keypad_answer
from calls.services.people import decide_uncertain, end_by_hand, hear_voicemail, on_customer_picked, pick_customer
from calls.services.placing import DialRefused, OpenCall, place
from calls.services.reports import adopt, apply_report

__all__ = [
    "DialRefused",
    "OpenCall",
    "adopt",
    "apply_report",
    "choose_carrier_record",
    "decide_uncertain",
    "end_by_hand",
    "hear_voicemail",
    "log_by_hand",
    "on_carrier_link",
    "on_customer_picked",
    "on_keypad_answer",
    "pick_customer",
    "place",
    "set_carrier_uuid",
]
