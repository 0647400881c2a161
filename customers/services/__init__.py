"""The deeds of this room, one module an idea."""

from customers.services.accounts import save_account, set_account_active
from customers.services.conflicts import Settled, resolve
from customers.services.do_not_call import add_do_not_call, note_ccai_list, remove_do_not_call
from customers.services.numbers import (
    look_up,
    note_dialled,
    note_line,
    note_outcome,
    on_response_id,
    type_response_id,
)
from customers.services.people import opt_in, opt_out, save_customer
from customers.services.places import forget_profile, save_location, set_active
from customers.services.there import delete, send_again
from customers.services.vendor import DESKS, CannotSend, heard, is_on, linked, on_location_gone

__all__ = [
    "DESKS",
    "CannotSend",
    "Settled",
    "add_do_not_call",
    "delete",
    "forget_profile",
    "heard",
    "is_on",
    "linked",
    "look_up",
    "note_ccai_list",
    "note_dialled",
    "note_line",
    "note_outcome",
    "on_location_gone",
    "on_response_id",
    "opt_in",
    "opt_out",
    "remove_do_not_call",
    "resolve",
    "save_account",
    "save_customer",
    "save_location",
    "send_again",
    "set_account_active",
    "set_active",
    "type_response_id",
]
