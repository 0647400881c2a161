"""Asking for feedback, from the wish to what the vendor says.

"Later" waits in our outbox and is judged again at its time; a request handed over with its `due` cannot be recalled.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from customers import names
from customers import sync as customers_sync
from customers.models import Customer
from feedback import survey_facts, sync, verdict
from feedback.models import FeedbackRequest
from integrations import doorbell, outbox
from integrations.choices import AttemptOutcome, DeliveryState, Vendor
from integrations.feedbackapi import delivery as feedbackapi
from integrations.models import Connection, Delivery

KIND = feedbackapi.FEEDBACK_REQUEST
UNCLEAR = (AttemptOutcome.STARTED, AttemptOutcome.UNCERTAIN)


class NotAsked(Exception):
    """The verdict is no; `verdict` says why."""

    def __init__(self, verdict):
        super().__init__(verdict.sentence)
        self.verdict = verdict


class CannotCancel(Exception):
    """It is too late to take the request back; `str()` says why."""


@transaction.atomic
def request(customer, template, location, by, due=None, suppress=False, *, origin, hand_over=False, intent=""):
    """Ask a customer for feedback: the FeedbackRequest, its delivery on its way. Raises NotAsked.

    due        aware; None = now, which waits as long as the account's rule says
    suppress   link only: no message is sent
    hand_over  give `due` to FeedbackAPI at once; it cannot be recalled then
    intent     a repeat with the same one answers the first request
    """
    lock(customer)
    before = FeedbackRequest.objects.filter(intent=intent).first() if intent else None
    if before:
        return before
    row = FeedbackRequest(origin=origin, requested_by=by, suppress=suppress, intent=intent)
    judged = fill(row, customer, template, location, due, hand_over)
    if not judged.may_send:
        raise NotAsked(judged)
    row.save()
    send(row, judged, f"request:{row.pk}")
    audit.record(by, "asked for feedback", row)
    return row


def lock(customer):
    """Two wishes for one customer are taken one after the other, so that the second sees the first."""
    Customer.objects.select_for_update().only("pk").get(pk=customer.pk)


def fill(row, customer, template, location, due=None, hand_over=False, book=None):
    """Put a wish into a row that may be new, unsaved; gives the Verdict on it. `book`: facts loaded already."""
    row.connection = row.connection or Connection.objects.of(Vendor.FEEDBACKAPI)
    row.customer, row.template, row.location = customer, template, location
    row.vendor_customer, row.vendor_template = customer.vendor_id or "", template.vendor_id if template else ""
    row.vendor_location = (location.vendor_id or "") if location else ""
    row.requested_at = timezone.now()
    book = book or survey_facts.FactBook([customer], due or row.requested_at, without=row)
    facts = book.of(customer, location)
    at = survey_facts.wished_time(facts.rule, row.requested_at, due, row.suppress)
    judged = verdict.of(verdict.Ask(customer, template, location, at, row.suppress), facts)
    row.due_at = judged.goes_at if judged.goes_at > row.requested_at else None
    row.is_handed_over = bool(hand_over and row.due_at)
    return judged


def send(row, judged, key, not_before=None):
    """The row's delivery, under `key`; it goes at the verdict's time, and not before `not_before` (aware)."""
    moments = [not_before, None if row.is_handed_over else judged.goes_at, timezone.now()]
    at = max(moment for moment in moments if moment)
    row.delivery = outbox.send(KIND, key, payload_of(row), not_before=at)
    _move(row.delivery, at)
    row.save()


def payload_of(row):
    """What the vendor is told. A customer it has not got yet is made from what we know, which is harmless twice."""
    values = {"template": row.template.vendor_id, "location": row.location.vendor_id}
    if row.suppress:
        values["suppress_message"] = True
    if row.is_handed_over:
        values["due"] = row.due_at
    if row.customer.vendor_id:
        return feedbackapi.creation(values | {"subscriber": row.customer.vendor_id})
    return feedbackapi.creation(values) | {"customer": person_of(row.customer, row.location)}


def person_of(customer, location):
    """The arguments that make a customer at FeedbackAPI."""
    first, last = names.split(customer.name)
    known = {
        "email": customer.email,
        "mobile_number": customer.phone.e164 if customer.phone else "",
        "fname": first,
        "sname": last,
        "country_code": customer.country_code,
    }
    return {"location": location.vendor_id} | {name: value for name, value in known.items() if value}


def _move(delivery, at):
    """A wish that waits already goes at its new time: a newer one inherits the wait of the one before."""
    waits = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING, owner="")
    if waits.exclude(not_before=at).update(not_before=at, version=F("version") + 1):
        delivery.refresh_from_db(fields=["not_before", "version"])
        transaction.on_commit(doorbell.start_pulse, robust=True)


# --- What becomes of it -----------------------------------------------------------------------


def may_be_there(delivery):
    """Whether the vendor has it, or may have it: then it is never sent anew under another wish."""
    if delivery.state == DeliveryState.DELIVERED or delivery.maybe_double or delivery.owner:
        return True
    open_states = (DeliveryState.PENDING, DeliveryState.PARKED)
    return delivery.state in open_states and delivery.attempts.filter(outcome__in=UNCLEAR).exists()


def cancel(row, by):
    """Take back a request that waits with us. Raises CannotCancel with a sentence; then nothing was changed."""
    with transaction.atomic():
        drop(row, by, f"Cancelled by {by}")
        audit.record(by, "cancelled a feedback request", row)
    return row


def drop(row, by, reason):
    """As `cancel`, for a wish that another deed takes back."""
    row.refresh_from_db()
    if row.cancelled_at:
        return
    if row.delivery is None or row.vendor_id or may_be_there(row.delivery):
        raise CannotCancel("It is on its way or at FeedbackAPI already, and that cannot be recalled.")
    waiting = (DeliveryState.PENDING, DeliveryState.PARKED)
    if row.delivery.state in waiting and not _supersede(row.delivery, waiting, reason):
        raise CannotCancel("It is on its way already.")
    row.cancelled_at, row.cancelled_by = timezone.now(), by
    row.save(update_fields=["cancelled_at", "cancelled_by"])


def _supersede(delivery, waiting, reason):
    now = timezone.now()
    mine = Delivery.objects.filter(pk=delivery.pk, state__in=waiting, owner="", version=delivery.version)
    return mine.update(state=DeliveryState.SUPERSEDED, reason=reason[:500], done_at=now, version=F("version") + 1)


def ready(delivery):
    """Asked right before sending: None, or why not now, or why no more. The world may have changed since the wish."""
    row = _of(delivery)
    if row is None:
        return None
    if row.cancelled_at:
        return outbox.NoMore("Cancelled")
    if row.customer is None:
        return outbox.NoMore("The customer is not here any more.")
    if may_be_there_already(delivery):
        return None
    if row.batch and row.batch.cancelled_at:
        return outbox.NoMore("Its list was cancelled.")
    due = row.due_at if row.is_handed_over and row.due_at else timezone.now()
    ask = verdict.Ask(row.customer, row.template, row.location, due, row.suppress)
    judged = survey_facts.judge(ask, without=row)
    if not judged.may_send:
        return outbox.NoMore(judged.sentence)
    if judged.is_delayed and not row.is_handed_over:
        FeedbackRequest.objects.filter(pk=row.pk).update(due_at=judged.goes_at)
        return outbox.NotNow(judged.goes_at, judged.delay)
    return None


def may_be_there_already(delivery):
    """An earlier try may have made it: whether it goes again is for the look that comes first, not for the verdict."""
    return delivery.attempts.filter(outcome=AttemptOutcome.UNCERTAIN).exists()


def _of(delivery):
    related = ("customer__phone", "customer__location__account", "template", "location__account", "delivery", "batch")
    return FeedbackRequest.objects.filter(delivery=delivery).select_related(*related).first()


def delivered(delivery):
    """What the vendor answered, put into our rows. `delivery.result` is empty when it was parked without one."""
    row, result = _of(delivery), getattr(delivery, "result", None) or {}
    raw = result.get("row") or result.get("request")
    if row is None:
        return
    if result.get("customer") and row.customer:
        customers_sync.apply_customer(row.customer, result["customer"])
    if raw:
        sync.apply_request(row, raw)
