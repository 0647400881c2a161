"""Deeds on numbers. A vendor is asked outside any transaction; what it says is kept whole."""

import re

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts import audit
from customers.evidence import COLUMNS, DEAD, REACHED, RIGHT, WRONG, last_at, said_of, with_entry
from customers.models import NumberLookup, PhoneNumber
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


def note_outcome(
    number, *, reached=False, right_party=False, wrong_party=False, disconnected=False, at=None, call=None
):
    """Write what a wrap-up taught about a PhoneNumber. A fact newer than `at` is kept.

    call  the call's key: a correction of the same call takes the place of what was learned from it before
    """
    at = at or timezone.now()
    learned = {
        "reached_at": reached or right_party or wrong_party,
        "right_party_at": right_party,
        "wrong_party_at": wrong_party,
        "disconnected_at": disconnected,
    }
    newer = {name: Greatest(Coalesce(F(name), at), at) for name, is_so in learned.items() if is_so}
    said = DEAD if disconnected else RIGHT if right_party else WRONG if wrong_party else REACHED if reached else ""
    if newer:
        PhoneNumber.objects.filter(pk=number.pk).update(**newer)
    if call is not None:
        _keep_entry(number, call, at, said=said)


def note_line(number, call, at, line):
    """Write what the line itself said of a call: "dead", "answered", or "" for nothing about the number."""
    _keep_entry(number, call, at, line=line)


@transaction.atomic
def _keep_entry(number, call, at, **words):
    held = PhoneNumber.objects.select_for_update().get(pk=number.pk)
    recent = with_entry(held.recent, str(call), at, **words)
    if recent != held.recent:
        taken_back = _taken_back(held, str(call), at, words, recent)
        PhoneNumber.objects.filter(pk=number.pk).update(recent=recent, **taken_back)


def _taken_back(held, call, at, words, recent):
    """{column: what remains} where a correction says that something else was learned from this call."""
    before = said_of(held.recent, call)
    if "said" not in words or not before or words["said"] == before:
        return {}
    still = set(COLUMNS.get(words["said"], ()))
    wrong = [name for name in COLUMNS[before] if name not in still and getattr(held, name) == at]
    return {name: last_at(recent, name) for name in wrong}


def note_dialled(number, at):
    """Write when a PhoneNumber was last dialled."""
    older = Q(last_dialled_at=None) | Q(last_dialled_at__lt=at)
    PhoneNumber.objects.filter(older, pk=number.pk).update(last_dialled_at=at)
