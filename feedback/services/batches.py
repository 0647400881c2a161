"""Asking a list of customers: worked off in the background, chunk by chunk.

A chunk's requests and the list's progress are one transaction: a worker that dies has asked all of a chunk or none
of it, and whoever goes on asks nobody twice.
"""

import time

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django_q.tasks import async_task

from accounts import audit
from accounts.models import User
from customers.models import Customer
from feedback import survey_facts
from feedback.choices import Channel, RequestOrigin
from feedback.models import FeedbackRequest, RequestBatch
from feedback.services import requests
from integrations.choices import DeliveryState
from integrations.models import Attempt, Delivery

CHUNK = 25  # customers a transaction: short enough that nobody waits for the database
TURN = 20  # seconds a task works; well inside its time-out, and then it rings for the next turn
MOST = 5000  # customers a list; more would be a campaign, and FeedbackAPI has those


def start(by, customers, template, *, due=None, suppress=False, filters=None, key=""):
    """A RequestBatch for these primary keys, on its way. The same `key` of the same person answers the first one."""
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=by.pk)  # two presses are taken one after the other
        before = RequestBatch.objects.filter(made_by=by, filters__key=key).first() if key else None
        if before:
            return before
        batch = RequestBatch.objects.create(
            made_by=by,
            template=template,
            due_at=due,
            suppress=suppress,
            filters={**(filters or {}), "key": key},
            customers=list(customers),
            total=len(customers),
        )
        audit.record(by, "asked a list for feedback", batch, {"customers": ["", str(batch.total)]})
        _ring(batch)
    return batch


def _ring(batch):
    def ring():  # a function with a name: Django cannot log the failure of a partial
        async_task("feedback.tasks.ask_list", batch.pk)

    transaction.on_commit(ring, robust=True)


def unfinished():
    """Lists somebody has to go on with."""
    return RequestBatch.objects.filter(ended_at=None, cancelled_at=None)


def work(pk, seconds=TURN):
    """One turn at a list. Rings for the next one where it is not done."""
    end = time.monotonic() + seconds
    while _chunk(pk):
        if time.monotonic() > end:
            async_task("feedback.tasks.ask_list", pk)
            return


@transaction.atomic
def _chunk(pk):
    """Asks the next few. Whether there are more."""
    batch = (
        RequestBatch.objects.select_for_update(of=("self",)).select_related("template", "made_by").filter(pk=pk).first()
    )
    if batch is None or batch.ended_at or batch.cancelled_at:
        return False
    now, batch.customers = batch.customers[:CHUNK], batch.customers[CHUNK:]
    for code in _ask(batch, now):
        if code:
            batch.skipped[code] = batch.skipped.get(code, 0) + 1
        else:
            batch.asked += 1
    batch.ended_at = None if batch.customers else timezone.now()
    batch.save(update_fields=["customers", "asked", "skipped", "ended_at"])
    return bool(batch.customers)


GONE = "left"  # not a customer any more, or out of the sight of who asked


def _ask(batch, ids):
    """For each id "" where the customer was asked, else the code of why not."""
    list(Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    rows = Customer.objects.visible_to(batch.made_by).filter(pk__in=ids).distinct()
    found = {row.pk: row for row in rows.select_related("phone", "location__account")}
    book = survey_facts.FactBook(found.values(), batch.due_at or timezone.now())
    for one in ids:
        yield _ask_one(batch, found[one], book) if one in found else GONE


def _ask_one(batch, customer, book):
    row = FeedbackRequest(origin=RequestOrigin.BULK, batch=batch, requested_by=batch.made_by, suppress=batch.suppress)
    judged = requests.fill(row, customer, batch.template, customer.location, batch.due_at, book=book)
    if not judged.may_send:
        return judged.code
    row.save()
    requests.send(row, judged, f"request:{row.pk}")
    if not row.suppress and batch.template.channel == Channel.SMS:
        book.note_sms(customer.location)
    return ""


def cancel(batch, by):
    """Ask nobody more, and take back what still waits with us. How many were taken back."""
    with transaction.atomic():
        batch = RequestBatch.objects.select_for_update().get(pk=batch.pk)
        if not batch.cancelled_at:
            batch.cancelled_at = timezone.now()
            batch.save(update_fields=["cancelled_at"])
            audit.record(by, "cancelled a list of requests", batch)
        return _take_back(batch, by)


def _take_back(batch, by):
    now = timezone.now()
    mine = batch.requests.filter(cancelled_at=None, vendor_id=None).values("delivery")
    unclear = Attempt.objects.filter(delivery=OuterRef("pk"), outcome__in=requests.UNCLEAR)
    # Parked ones too, which somebody might send again; what a worker holds hears of it before it sends.
    states = (DeliveryState.PENDING, DeliveryState.PARKED)
    waiting = Delivery.objects.filter(~Exists(unclear), pk__in=mine, state__in=states, owner="")
    ids = list(waiting.select_for_update().values_list("pk", flat=True))
    reason = f"Cancelled by {by}"[:500]
    Delivery.objects.filter(pk__in=ids).update(
        state=DeliveryState.SUPERSEDED, reason=reason, done_at=now, version=F("version") + 1
    )
    return batch.requests.filter(delivery__in=ids).update(cancelled_at=now, cancelled_by=by)
