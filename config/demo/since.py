"""What happened since: what people dealt with, what was changed on both sides, what waits and what is stuck."""

import json
import random
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from config.demo import mirror, surveys, words
from config.demo.sign_ins import email
from customers.models import Customer, Location
from feedback.choices import RequestOrigin
from feedback.models import Feedback, FeedbackRequest, MessageTemplate, Review
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.feedbackapi import delivery as feedbackapi
from integrations.models import Attempt, Delivery
from integrations.outbox import wishes

SEEN_AFTER = timedelta(minutes=6)  # lists are read each five minutes, or ten
OURS, THEIRS = "11 Pier Street", "9 Pier Street, Suite 4"


def write(now):
    supervisor, admin = (User.objects.get(email=email(role)) for role in ("supervisor", "admin"))
    dice = random.Random(f"since {now.isoformat()}")  # noqa: S311  (a story, not a secret)
    _dealt_with(dice, now, supervisor)
    _changed_on_both_sides(now, admin)
    _waiting(now, supervisor, admin)


def _dealt_with(dice, now, supervisor):
    """Older answers and reviews were read, most were dealt with; those of the last days are new."""
    for model, moment in ((Feedback, "left_at"), (Review, "written_at")):
        rows = list(model.objects.order_by(moment))
        for row in rows:
            row.first_seen_at = min(getattr(row, moment) + SEEN_AFTER, now)
        fresh = [row for row in rows if _is_unhappy(row)][-3:]  # whatever the weekday, some wait for somebody
        for row in rows:
            if row.first_seen_at < now - timedelta(days=4) and row.location_id and row not in fresh:
                _read(dice, row, supervisor)
        model.objects.bulk_update(
            rows, ["first_seen_at", "read_at", "read_by", "handled_at", "handled_by", "handled_how"]
        )
    replied = Review.objects.filter(handled_at__isnull=False, rating__lte=3)
    replied.update(replied_at=now - timedelta(days=3), replied_by=supervisor)


def _read(dice, row, supervisor):
    row.read_at, row.read_by = row.first_seen_at + timedelta(minutes=dice.randint(20, 900)), supervisor
    if dice.random() < 0.7:
        row.handled_at, row.handled_by = row.read_at + timedelta(minutes=5), supervisor
        row.handled_how = dice.choice(words.HANDLED) if _is_unhappy(row) else ""


def _is_unhappy(row):
    if isinstance(row, Review):
        return row.rating is not None and row.rating <= 3
    return bool(row.comments) or row.happy is False


def _changed_on_both_sides(now, admin):
    """A house number corrected here, and a suite added there, before either had heard of the other."""
    harbor = Location.objects.get(name="Harbor")
    before = harbor.address_line_1
    harbor.address_line_1, harbor.changed_by, harbor.changed_at = OURS, admin, now - timedelta(minutes=50)
    harbor.save(update_fields=["address_line_1", "changed_by", "changed_at"])
    mirror.read_one("locations", {**harbor.vendor_raw, "address_line_1": THEIRS})
    payload = feedbackapi.change(harbor.vendor_id, {"address_line_1": OURS}) | {"expects": {"address_line_1": [before]}}
    delivery = _delivery(feedbackapi.LOCATION_UPDATE, f"location:{harbor.pk}", payload, now - timedelta(minutes=49))
    _parked(delivery, "Changed at FeedbackAPI meanwhile: address_line_1", 200, f"address_line_1: {THEIRS}")


def _waiting(now, supervisor, admin):
    """One request for tomorrow, which waits with us, and one that was refused: its template's id is mistyped."""
    asked = FeedbackRequest.objects.exclude(customer=None).values("customer")
    able = Customer.objects.filter(vendor_id__isnull=False, opted_out_at=None).exclude(pk__in=asked).order_by("pk")
    patient = able.filter(location__members=supervisor).exclude(email="").first()
    if patient:
        row = _request(now, supervisor, patient, "dfar5V", _tomorrow_at_ten(now, patient))
        _of(row, not_before=row.due_at)
    pet_owner = able.filter(location__name="Kingsway").exclude(phone=None).first()
    if pet_owner:
        row = _request(now, admin, pet_owner, surveys.MISTYPED)
        said = {"message": f"No such template: {surveys.MISTYPED}", "param": "template"}
        error = json.dumps({"type": "invalid_request_error", **said})
        _parked(_of(row), "FeedbackAPI does not take this request.", 400, error)


def _request(now, by, customer, template, due=None):
    return FeedbackRequest.objects.create(
        origin=RequestOrigin.CUSTOMER, connection=mirror.connection(), customer=customer, location=customer.location,
        template=MessageTemplate.objects.get(vendor_id=template), requested_by=by, due_at=due,
        requested_at=now - timedelta(minutes=35), vendor_customer=customer.vendor_id, vendor_template=template,
        vendor_location=customer.location.vendor_id,
    )  # fmt: skip


def _of(row, **more):
    """The delivery of a request that was not made yet."""
    values = {"template": row.vendor_template, "location": row.vendor_location, "subscriber": row.vendor_customer}
    payload = feedbackapi.creation(values)
    row.delivery = _delivery(feedbackapi.FEEDBACK_REQUEST, f"request:{row.pk}", payload, row.requested_at, **more)
    row.save(update_fields=["delivery"])
    return row.delivery


def _delivery(kind, key, payload, at, **more):
    facts = {"created_at": at, "not_before": at, "digest": wishes.digest_of(payload)}
    return Delivery.objects.create(kind=kind, key=key, connection=mirror.connection(), payload=payload, **facts | more)


def _parked(delivery, reason, status, said):
    """One try, and the vendor's no."""
    began = delivery.created_at + timedelta(seconds=1)
    delivery.state, delivery.reason, delivery.attempt_count = DeliveryState.PARKED, reason, 1
    delivery.done_at = began + timedelta(seconds=1)
    delivery.save()
    Attempt.objects.create(
        delivery=delivery, number=1, started_at=began, ended_at=delivery.done_at, duration_ms=212,
        outcome=AttemptOutcome.REJECTED, status=status, words=said, sentence=reason,
    )  # fmt: skip


def _tomorrow_at_ten(now, customer):
    local = timezone.localtime(now, ZoneInfo(customer.time_zone or "UTC")) + timedelta(days=1)
    return local.replace(hour=10, minute=0, second=0, microsecond=0)
