"""Deeds on customers and numbers. A vendor is asked outside any transaction; what it says is kept whole."""

import re

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts import audit
from customers import phones
from customers.models import DoNotCall, NumberLookup, PhoneNumber
from integrations import connections, vendors
from integrations.models import Connection

# Loosely a UUID behind T_: the page's own sample is no strict one.
_RESPONSE_ID = re.compile(r"T_[0-9a-fA-F-]{36}")
_response_id_listeners = []


def on_response_id(hear):
    """Registers `hear(number)`, called in the transaction that keeps a PhoneNumber's response id. In `ready()`."""
    _response_id_listeners.append(hear)


def _tell_response_id(number):
    for hear in _response_id_listeners:
        hear(number)


def save_customer(customer, phone, by, changed=()):
    """Save a new or changed Customer with its number (E.164, "" for none) and say so in the audit.

    `changed` names the fields; their values are people's data and stand in the row only.
    """
    customer.phone = phones.get_number(phone) if phone else None
    deed = "changed a customer" if customer.pk else "added a customer"
    with transaction.atomic():
        customer.save()
        audit.record(by, deed, customer, dict.fromkeys(changed, ["", "changed"]))
    return customer


def look_up(number, by):
    """Ask Trestle about a PhoneNumber and keep its answer: the NumberLookup. Raises integrations.errors."""
    trestle = Connection.objects.of("trestle")
    answer = vendors.client(trestle).look_up(number.e164)
    connections.note_ok(trestle)
    now = timezone.now()
    with transaction.atomic():
        kept = NumberLookup.objects.create(number=number, at=now, response_id=answer.response_id, raw=answer.raw)
        PhoneNumber.objects.filter(pk=number.pk).update(
            activity_score=answer.activity_score,
            line_type=answer.line_type[:30],
            carrier=answer.carrier[:100],
            looked_up_at=now,
        )
        audit.record(by, "looked up a number", number)
        if kept.response_id:
            _tell_response_id(number)
    number.refresh_from_db()
    return kept


def type_response_id(number, text, by):
    """Keep a Trestle response id that a person read elsewhere: the NumberLookup. Raises ValueError with a sentence."""
    text = text.strip()
    if not _RESPONSE_ID.fullmatch(text):
        raise ValueError("A Trestle response id looks like T_ and 36 letters and digits with dashes.")
    with transaction.atomic():
        kept = NumberLookup.objects.create(number=number, response_id=text, typed_by=by)
        audit.record(by, "typed in a response id", number, {"response_id": ["", text]})
        _tell_response_id(number)
    return kept


def note_outcome(number, *, reached=False, right_party=False, wrong_party=False, disconnected=False, at=None):
    """Write what a wrap-up taught about a PhoneNumber. A fact newer than `at` is kept."""
    at = at or timezone.now()
    learned = {
        "reached_at": reached or right_party or wrong_party,
        "right_party_at": right_party,
        "wrong_party_at": wrong_party,
        "disconnected_at": disconnected,
    }
    newer = {name: Greatest(Coalesce(F(name), at), at) for name, is_so in learned.items() if is_so}
    if newer:
        PhoneNumber.objects.filter(pk=number.pk).update(**newer)


def note_dialled(number, at):
    """Write when a PhoneNumber was last dialled."""
    older = Q(last_dialled_at=None) | Q(last_dialled_at__lt=at)
    PhoneNumber.objects.filter(older, pk=number.pk).update(last_dialled_at=at)


def add_do_not_call(number, account, by, why=""):
    """Nobody rings this PhoneNumber any more for `account`, None = for any: the DoNotCall, also one that was there."""
    with transaction.atomic():
        entry, is_new = DoNotCall.objects.get_or_create(
            number=number, account=account, defaults={"by": by, "why": why[:300]}
        )
        if is_new:
            audit.record(by, "put a number on do-not-call", entry, reason=why)
    return entry
