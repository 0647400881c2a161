"""Writes where each wrap-up of the story went: delivered, not applicable and why, or in need of a person."""

import json
import random
import uuid
from datetime import UTC, datetime, timedelta

from feedback import legs, proposals
from feedback.choices import Leg, Outcome
from feedback.models import RatingLeg
from feedback.services.surveys import NOT_WANTED
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Attempt, Connection, Delivery
from integrations.outbox import wishes

ANSWERS = {  # status and words of each vendor's yes, as their pages print them
    Leg.PLIVO: (201, '{"api_id": "%s", "message": "feedback recorded", "status": "success"}'),
    Leg.TRESTLE: (200, '{"status": "success", "error": null}'),
    Leg.CCAI: (200, "{}"),
}
REFUSALS = {  # what a vendor refused for good: status, its words, our sentence
    Leg.PLIVO: (404, '{"error": "call not found"}', "Plivo does not know this call id."),
    Leg.TRESTLE: (
        400,
        '{"error": "bad_request", "message": "Invalid response_id"}',
        "Trestle refused the response id.",
    ),
}
SECOND_TRY, REFUSED = 0.06, 0.012  # shares of deliveries: answered only the second time, never


def write(ratings, seed, asked):
    """Deliveries, their attempts, and the legs that join them to the ratings. Returns {place in the story: survey's}.

    `asked`: place in the story → (payload, FeedbackAPI's answer) of the survey that followed.
    """
    dice = random.Random(f"deliveries {seed}")  # noqa: S311  (a story, not a secret)
    connections = {leg: Connection.objects.get_or_create(vendor=vendor)[0] for leg, vendor in legs.VENDORS.items()}
    wires = [leg for leg in Leg if leg != Leg.SURVEY]
    pairs = [
        (rating, leg, _delivery(dice, rating, leg, connections[leg])) for rating in ratings.values() for leg in wires
    ]
    surveys = {place: _survey(rating, connections[Leg.SURVEY], asked.get(place)) for place, rating in ratings.items()}
    pairs += [(ratings[place], Leg.SURVEY, delivery) for place, delivery in surveys.items()]
    Delivery.objects.bulk_create(delivery for _, _, delivery in pairs)
    Attempt.objects.bulk_create(
        attempt for _, leg, delivery in pairs if leg != Leg.SURVEY for attempt in _attempts(dice, leg, delivery)
    )
    Attempt.objects.bulk_create(_asked(dice, surveys[place], answer) for place, (_, answer) in asked.items())
    RatingLeg.objects.bulk_create(
        RatingLeg(rating=rating, revision=1, leg=leg, delivery=delivery) for rating, leg, delivery in pairs
    )
    return surveys


def _survey(rating, connection, asked):
    """The survey leg: sent a moment after the wrap-up was saved, or an honest reason why nobody was asked."""
    saved = rating.saved_at
    delivery = Delivery(
        kind=legs.KINDS[Leg.SURVEY], key=legs.key_of(rating.call), connection=connection, created_at=saved,
        not_before=saved,
    )  # fmt: skip
    if asked is None:
        delivery.state, delivery.reason, delivery.done_at = DeliveryState.NOT_APPLICABLE, _why_not(rating), saved
        return delivery
    delivery.payload, answer = asked
    delivery.digest = wishes.digest_of(delivery.payload)
    delivery.state, delivery.attempt_count, delivery.vendor_ref = DeliveryState.DELIVERED, 1, answer["id"]
    delivery.done_at = datetime.fromtimestamp(answer["created"], UTC)
    return delivery


def _why_not(rating):
    outcome = Outcome(rating.outcome)
    if why := proposals.blocked(rating.call, outcome, rating.right_party):
        return why
    return NOT_WANTED if outcome == Outcome.REACHED else proposals.not_after(outcome)


def _asked(dice, delivery, answer):
    """What the vendor said when it was made, before anything came of it."""
    said = answer | {"updated": answer["created"], "feedback": None, "bounce_reason": None}
    said |= {name: False for name in answer if name.startswith("message_") or name == "spam_complaint"}
    return _attempt(dice, delivery, 1, AttemptOutcome.DELIVERED, 200, json.dumps(said), "")


def _delivery(dice, rating, leg, connection):
    saved = rating.saved_at
    delivery = Delivery(
        kind=legs.KINDS[leg], key=legs.key_of(rating.call), connection=connection, created_at=saved, not_before=saved
    )
    try:
        delivery.payload = legs.PAYLOADS[leg](rating)
        delivery.digest = wishes.digest_of(delivery.payload)  # so that the same wish again is known as the same
    except legs.NotApplicable as reason:
        delivery.state, delivery.reason, delivery.done_at = DeliveryState.NOT_APPLICABLE, str(reason), saved
        return delivery
    delivery.attempt_count = 2 if dice.random() < SECOND_TRY else 1
    delivery.state, delivery.done_at = DeliveryState.DELIVERED, saved + timedelta(milliseconds=dice.randint(250, 1400))
    if leg == Leg.PLIVO:
        delivery.vendor_ref = str(uuid.UUID(int=dice.getrandbits(128), version=4))
    if leg in REFUSALS and dice.random() < REFUSED:
        delivery.state, delivery.attempt_count, delivery.vendor_ref = DeliveryState.PARKED, 1, ""
        delivery.reason = REFUSALS[leg][2]
    return delivery


def _attempts(dice, leg, delivery):
    if delivery.attempt_count == 2:
        yield _attempt(dice, delivery, 1, AttemptOutcome.UNAVAILABLE, 503, "Service Unavailable", "The vendor is down.")
    if delivery.state == DeliveryState.DELIVERED:
        status, words = ANSWERS[leg]
        words = words.replace("%s", delivery.vendor_ref)
        yield _attempt(dice, delivery, delivery.attempt_count, AttemptOutcome.DELIVERED, status, words, "")
    if delivery.state == DeliveryState.PARKED:
        yield _attempt(dice, delivery, 1, AttemptOutcome.REJECTED, *REFUSALS[leg])


def _attempt(dice, delivery, number, outcome, status, words, sentence):
    took = dice.randint(80, 600)
    began = delivery.created_at + timedelta(seconds=60 * (number - 1), milliseconds=150)
    return Attempt(
        delivery=delivery,
        number=number,
        started_at=began,
        ended_at=began + timedelta(milliseconds=took),
        outcome=outcome,
        status=status,
        words=words,
        sentence=sentence,
        vendor_ref=delivery.vendor_ref if outcome == AttemptOutcome.DELIVERED else "",
        request_id=uuid.UUID(int=dice.getrandbits(128), version=4).hex,
        duration_ms=took,
    )
