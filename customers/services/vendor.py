"""What FeedbackAPI is owed about our rows: written as wishes with the row, and heard of when it answered.

    wish(row)      in the transaction of the change: all that differs goes out as one update, or the row is created
    remove(row)    it is to be deleted there
    heard(…)       the answer: the reply goes into the row, what changed meanwhile goes out next

While a creation or a deletion is under way nothing else is sent about its row: the answer looks again.
Nothing is sent while the connection is switched off.
"""

from dataclasses import dataclass

from django.utils import timezone

from accounts import audit
from customers import differences, sync
from customers.models import ClientAccount, Customer, Location, ReviewProfile
from integrations import outbox
from integrations.choices import DeliveryState, Vendor
from integrations.feedbackapi import delivery as kinds
from integrations.models import Connection, Delivery

# These add to what is there, so it does not matter what is.
ADDING = {"location_add", "location_remove", "review_profile"}
# Customers sent after their new location has arrived; an import of more is the reading's to link.
MOST_WAITING = 500
IS_OFF = "The connection to FeedbackAPI is switched off."
_gone_listeners = []


class CannotSend(Exception):
    """FeedbackAPI was not told; str() says why. Nothing was changed."""


@dataclass(frozen=True)
class Desk:
    """How one kind of row goes out: the word in its keys, its three kinds, and who reads a reply into it."""

    word: str
    create: str
    update: str
    delete: str
    apply: object

    @property
    def kinds(self):
        return (self.create, self.update, self.delete)


DESKS = {
    Location: Desk(
        "location", kinds.LOCATION_CREATE, kinds.LOCATION_UPDATE, kinds.LOCATION_DELETE, sync.apply_location
    ),
    Customer: Desk(
        "customer", kinds.CUSTOMER_UPSERT, kinds.CUSTOMER_UPDATE, kinds.CUSTOMER_DELETE, sync.apply_customer
    ),
    ClientAccount: Desk(
        "account", kinds.ACCOUNT_CREATE, kinds.ACCOUNT_UPDATE, kinds.ACCOUNT_DELETE, sync.apply_account
    ),
}


def on_location_gone(hear):
    """Registers `hear(location)`, called in the transaction that learns of a deletion of ours. In `ready()`."""
    _gone_listeners.append(hear)


def key_of(row):
    """The text that deliveries about a row stand under."""
    return f"{DESKS[type(row)].word}:{row.pk}"


def is_on():
    """Whether FeedbackAPI is told anything at all."""
    return Connection.objects.filter(vendor=Vendor.FEEDBACKAPI, is_on=True).exists()


# --- Wishes -----------------------------------------------------------------------------------


def wish(row, acceptable=None):
    """Owes FeedbackAPI what differs of a row: the Delivery, or None with nothing to tell or no way to.

    acceptable   {field: [values]} that may stand there too, beside the base: what a person has seen and decided on
    """
    desk = DESKS[type(row)]
    if row.gone_at or not is_on() or _waits(row, desk.delete):
        return None
    if row.vendor_id is None:
        return _create(row, desk)
    return _update(row, desk, acceptable or {})


def send(row, by):
    """A person sends what was kept back: the Delivery. Raises CannotSend."""
    if not is_on():
        raise CannotSend(IS_OFF)
    if row.gone_at:
        raise CannotSend("FeedbackAPI keeps it as inactive.")
    if row.vendor_id is None and (why := differences.why_not(row)):
        raise CannotSend(f"Not sent to FeedbackAPI: {why}.")
    sent = wish(row)
    if sent is None:
        raise CannotSend("There is nothing to send: it is on its way, or FeedbackAPI has it all.")
    audit.record(by, "sent to FeedbackAPI", row)
    return sent


def remove(row):
    """Owes FeedbackAPI the deletion of a row that it has: the Delivery. Raises CannotSend."""
    desk = DESKS[type(row)]
    if not is_on():
        raise CannotSend(f"{IS_OFF} Nothing was deleted.")
    if not row.is_at_vendor:
        raise CannotSend("FeedbackAPI does not have it, so there is nothing to delete there.")
    if _waits(row, desk.delete):
        raise CannotSend("Its deletion is on its way already.")
    asked = {"asked_at": timezone.now().isoformat()}  # deleted, added again, deleted again: two wishes
    sent = outbox.send(desk.delete, key_of(row), kinds.removal(row.vendor_id) | asked)
    if _is_open(row, desk.update):
        outbox.not_applicable(desk.update, key_of(row), "It is being deleted.")
    return sent


def _waits(row, kind):
    return Delivery.objects.filter(kind=kind, key=key_of(row), state=DeliveryState.PENDING).exists()


def _is_open(row, kind):
    states = (DeliveryState.PENDING, DeliveryState.PARKED)
    return Delivery.objects.filter(kind=kind, key=key_of(row), state__in=states).exists()


def _create(row, desk):
    if differences.why_not(row) or _waits(row, desk.create):
        return None
    return outbox.send(desk.create, key_of(row), kinds.creation(differences.creation(row)))


def _update(row, desk, acceptable):
    values = differences.of(row)
    if not values:
        _nothing_left(row, desk)
        return None
    payload = kinds.change(row.vendor_id, values)
    payload["expects"] = {name: _expected(name, row, desk, acceptable) for name in values if name not in ADDING}
    # The same words again are another wish when somebody changed them away and back in between.
    payload["changed_at"] = row.changed_at.isoformat() if row.changed_at else None
    return outbox.send(desk.update, key_of(row), payload)


def _expected(name, row, desk, acceptable):
    """The values that may stand there: the base, what was told and has not been answered, what a person accepted."""
    waiting = Delivery.objects.filter(kind=desk.update, key=key_of(row), state=DeliveryState.PENDING)
    told = [payload.get("values", {}) for payload in waiting.values_list("payload", flat=True)]
    found = [differences.shown(name, row), *(values[name] for values in told if name in values)]
    found += acceptable.get(name, [])
    return [value for at, value in enumerate(found) if value not in found[:at]]


def _nothing_left(row, desk):
    """What waits or needs a person would undo what was decided since."""
    if _is_open(row, desk.update) and not row.conflicts.filter(resolved_at=None).exists():
        outbox.not_applicable(desk.update, key_of(row), "FeedbackAPI has it all.")


# --- Answers ----------------------------------------------------------------------------------


def heard(delivery):
    """How a delivery about one of our rows ended; in the transaction that records it."""
    row = _row_of(delivery.key)
    if row is None:
        return
    desk, result = DESKS[type(row)], getattr(delivery, "result", None) or {}
    is_delivered = delivery.state == DeliveryState.DELIVERED
    if result.get("gone") or (delivery.kind == desk.delete and is_delivered):
        _is_gone(row)
    elif "conflict" in result:
        desk.apply(row, result["row"])
        wish(row)  # what is not in question: "stop writing to me" never waits for a name
    elif is_delivered and delivery.kind != desk.delete and result.get("row"):
        payload = result.get("payload", delivery.payload)  # of an earlier wish, where that had arrived after all
        _take_reply(row, desk, delivery.kind, payload.get("values", {}), result["row"])
    elif delivery.kind == desk.create and delivery.state == DeliveryState.PARKED:
        _create_as_it_is_now(row, delivery)


def linked(model, connection, vendor_ids):
    """Rows of ours that have just been found at FeedbackAPI. Who has told us to stop must be known there at once."""
    if model is Customer:
        told_us = Customer.objects.filter(opted_out_at__isnull=False, changed_at__isnull=False)
        for customer in told_us.filter(connection=connection, vendor_id__in=vendor_ids).select_related("phone"):
            wish(customer)


def _row_of(key):
    """The row of a key, locked; None when it is no more."""
    word, _, pk = key.partition(":")
    model = next((model for model, desk in DESKS.items() if desk.word == word), None)
    if model is None or not pk.isdigit():
        return None
    return model.objects.select_for_update(of=("self",)).filter(pk=int(pk)).first()


def _take_reply(row, desk, kind, sent, raw):
    # What was sent is the base of the reply: a value that came back otherwise was changed there, not here.
    row.vendor_raw = {**row.vendor_raw, **{name: value for name, value in sent.items() if name not in ADDING}}
    row.save(update_fields=["vendor_raw"])
    row = desk.apply(row, raw) or row
    row.refresh_from_db()
    if sent.get("review_profile"):
        ReviewProfile.objects.filter(location=row, url__in=sent["review_profile"], told_at=None).update(
            told_at=timezone.now()
        )
    if kind == desk.create and isinstance(row, Location):
        _send_its_customers(row)
    left = differences.of(row)
    if any(sent.get(name) != value for name, value in left.items()):  # not what FeedbackAPI has just not taken
        wish(row)


def _create_as_it_is_now(row, delivery):
    """Refused, but somebody has mended it meanwhile."""
    can_be_made = row.vendor_id is None and not differences.why_not(row)
    if can_be_made and differences.creation(row) != delivery.payload.get("values"):
        wish(row)


def _send_its_customers(location):
    """Whoever was added here while FeedbackAPI had no such location."""
    waiting = location.customers.filter(vendor_id=None, gone_at=None).exclude(changed_at=None)
    for customer in waiting.select_related("phone", "location")[:MOST_WAITING]:
        wish(customer)


def _is_gone(row):
    row.gone_at = timezone.now()
    fields = ["gone_at"]
    if not isinstance(row, Customer):
        row.is_active = False
        fields.append("is_active")
    row.save(update_fields=fields)
    if isinstance(row, Location):
        for hear in _gone_listeners:
            hear(row)
