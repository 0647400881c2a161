"""The do-not-call list: put on, taken off, and CCAI's own list kept up with it.

Ours decides. CCAI's knows no client accounts, so it is told of entries for everybody only; taking off and looking
up there are options of the connection, off until somebody has confirmed them (docs/vendor-facts.md 1).
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import audit
from customers import phones
from customers.models import DoNotCall, PhoneNumber
from integrations import connections, options, outbox, vendors
from integrations.ccai.delivery import DO_NOT_CALL, do_not_call_payload
from integrations.choices import DeliveryState
from integrations.contracts import DoNotCallEntry
from integrations.models import Connection
from integrations.reading import moment

AT_ONCE = 100  # numbers in one transaction: on SQLite it is the only writer meanwhile


def ccai():
    """CCAI's Connection."""
    return Connection.objects.of("ccai")


def can_take_off():
    """Whether a number taken off our list can be taken off CCAI's too."""
    return bool(options.of(ccai()).get("dnc_remove"))


def can_look_up():
    """Whether CCAI can be asked if a number is on its list."""
    return bool(options.of(ccai()).get("dnc_check"))


@transaction.atomic
def add_do_not_call(number, account, by, why="", until=None):
    """Nobody rings this PhoneNumber any more for `account`, None = for any: the DoNotCall, also one that was there.

    until  aware; None: for good. One that is there is never shortened by this, and one that was over holds anew.
    """
    entry, is_new = DoNotCall.objects.get_or_create(
        number=number, account=account, defaults={"by": by, "why": why[:300], "until": until}
    )
    if not is_new and not _is_longer(until, entry.until):
        return entry
    if not is_new:
        entry.at, entry.by, entry.why, entry.until = timezone.now(), by, why[:300], until
        entry.save(update_fields=["at", "by", "why", "until"])
    audit.record(by, "put a number on do-not-call", entry, reason=why)
    if account is None:
        _tell_ccai(entry, is_listed=True)
    return entry


def _is_longer(until, than):
    return than is not None and (until is None or until > than)


def add_many(numbers, account, by, why, until=None):
    """Put E.164 texts on the list, each once: how many were not on it before."""
    new = 0
    for start in range(0, len(numbers), AT_ONCE):
        with transaction.atomic():
            for e164 in numbers[start : start + AT_ONCE]:
                held = DoNotCall.objects.holding().filter(number__e164=e164, account=account).exists()
                add_do_not_call(phones.get_number(e164), account, by, why, until)
                new += not held
    return new


@transaction.atomic
def remove_do_not_call(entry, by, reason):
    """Take an entry off our list, and off CCAI's where its connection lets us. True when CCAI is asked to."""
    audit.record(by, "took a number off do-not-call", entry, _as_said(entry), reason)
    told = entry.account_id is None and entry.delivery_id is not None
    asks = told and can_take_off()
    if asks:
        _tell_ccai(entry, is_listed=False)
    entry.delete()
    return asks


def _as_said(entry):
    before = {"why": entry.why, "until": entry.until and entry.until.isoformat(), "account": str(entry.account or "")}
    return {name: [value, ""] for name, value in before.items() if value}


def _tell_ccai(entry, is_listed):
    """The wish for CCAI's list, its own for each entry, so that a number put back later is told again.

    Nothing where the connection is off: that list is not kept up from here then.
    """
    if not ccai().is_on:
        return
    wish = DoNotCallEntry(entry.number.e164, entry.until if is_listed else None, is_listed)
    delivery = outbox.send(DO_NOT_CALL, f"number:{entry.number_id}", do_not_call_payload(wish) | {"of": entry.pk})
    DoNotCall.objects.filter(pk=entry.pk).update(delivery=delivery)
    entry.delivery = delivery


# --- What we know of CCAI's list ------------------------------------------------------------------


def heard_of_ccai(delivery):
    """A delivery about CCAI's list ended: what was done there is what we know of it."""
    if delivery.state == DeliveryState.DELIVERED:
        payload = delivery.payload
        note_ccai_list(payload["phone"], payload.get("is_listed", True), moment(payload.get("expires_at")))


def still_wished(delivery):
    """Not sent when the entry it was made for was taken off our list before it left."""
    entry = delivery.payload.get("of")
    if entry is None or not delivery.payload.get("is_listed", True) or DoNotCall.objects.filter(pk=entry).exists():
        return None
    return outbox.NoMore("Taken off the list before it was sent.")


def note_ccai_list(e164, is_listed, until: datetime | None = None):
    """Write whether an E.164 text is on CCAI's own list, and until when (None: for good)."""
    now = timezone.now() if is_listed else None
    PhoneNumber.objects.filter(e164=e164).update(ccai_blocked_at=now, ccai_blocked_until=until if is_listed else None)


def look_up_at_ccai(number, by):
    """Ask CCAI whether a PhoneNumber is on its list: True, False, or None where it does not say.

    Raises integrations.errors, and Rejected where the connection's option is off.
    """
    connection = ccai()
    is_listed = vendors.client(connection).is_on_do_not_call(number.e164)
    connections.note_ok(connection)
    with transaction.atomic():
        # What is known already has its end, which the answer does not tell.
        if is_listed is not None and not (is_listed and number.is_blocked_at_ccai(timezone.now())):
            note_ccai_list(number.e164, is_listed)
        audit.record(by, "looked at CCAI's do-not-call list", number, {"listed": ["", is_listed]})
    return is_listed


@transaction.atomic
def say_taken_off(number, by, reason):
    """A person says that a PhoneNumber was taken off CCAI's list there."""
    note_ccai_list(number.e164, False)
    audit.record(by, "said that CCAI's list no longer holds a number", number, reason=reason)
