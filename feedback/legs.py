"""Where one wrap-up goes: four legs, each a delivery on its way or an honest reason why there is none.

Three of them are here; the survey has rows of its own and is in services/surveys.py.
"""

from django.db import transaction

from calls.choices import Provider
from customers.models import NumberLookup
from feedback import truth
from feedback.choices import Leg, Outcome, PhoneStatus
from feedback.forms import FLAGS
from feedback.models import Rating, RatingLeg
from integrations import outbox
from integrations.ccai import delivery as ccai
from integrations.choices import DeliveryState, Vendor
from integrations.contracts import CallFeedback, CustomerFlags, PhoneFeedback
from integrations.plivo import delivery as plivo
from integrations.trestle import delivery as trestle

KINDS = {
    Leg.PLIVO: "plivo.call_feedback",
    Leg.TRESTLE: "trestle.phone_feedback",
    Leg.CCAI: "ccai.customer_flags",
    Leg.SURVEY: "feedbackapi.feedback_request",
}
VENDORS = {
    Leg.PLIVO: Vendor.PLIVO,
    Leg.TRESTLE: Vendor.TRESTLE,
    Leg.CCAI: Vendor.CCAI,
    Leg.SURVEY: Vendor.FEEDBACKAPI,
}
NO_PLIVO_ID = "No Plivo call id"
NO_RESPONSE_ID = "No Trestle response id"


class NotApplicable(Exception):
    """There is nothing to tell this vendor; `str()` says why."""


def key_of(call):
    """The subject of all deliveries of a call's wrap-up."""
    return f"call:{call.pk}"


def send_all(rating, not_before=None):
    """A delivery per leg but the survey for the rating's present revision, none before `not_before` (aware).

    Call it inside the saving transaction.
    """
    for leg in PAYLOADS:
        delivery = _deliver(rating, leg, not_before)
        RatingLeg.objects.create(rating=rating, revision=rating.revision, leg=leg, delivery=delivery)


def refresh(rating, *legs):
    """Send what could not be sent before: an id that came later turns a reason into a delivery.

    What has not been delivered yet and would say something else now, or nothing any more, is replaced.
    """
    present = rating.legs.filter(revision=rating.revision, leg__in=legs).select_related("delivery")
    with transaction.atomic():
        for row in present:
            if _has_news(row.delivery, _payload_or_none(rating, row.leg)):
                row.delivery = _deliver(rating, Leg(row.leg))
                row.save(update_fields=["delivery"])


def _has_news(delivery, payload):
    if payload is None:
        return delivery.state == DeliveryState.PENDING
    if delivery.state == DeliveryState.DELIVERED:
        return False
    return delivery.state == DeliveryState.NOT_APPLICABLE or delivery.payload != payload


def on_carrier_link(call):
    """A call got its Plivo id, and perhaps a hangup cause, or lost a doubted one, after it was rated."""
    rating = Rating.objects.select_related("call").filter(call=call).first()
    if rating:
        refresh(rating, Leg.PLIVO, Leg.TRESTLE)


def on_response_id(number):
    """A number got its Trestle response id after calls to it were rated."""
    for rating in (
        Rating.objects.select_related("call")
        .filter(call__number=number, legs__leg=Leg.TRESTLE, legs__delivery__reason=NO_RESPONSE_ID)
        .distinct()
    ):
        refresh(rating, Leg.TRESTLE)


def phone_status_of(rating):
    """What this rating says about the number (PhoneStatus or None), and why."""
    verdict = truth.of_call(rating.call, rating.outcome)
    if Outcome(rating.outcome) in (Outcome.NO_ANSWER, Outcome.BUSY):
        return None, verdict.why
    if rating.phone_status:
        return PhoneStatus(rating.phone_status), "Said by the agent"
    return verdict.phone_status, "Number's state left open" if verdict.ask else verdict.why


def _deliver(rating, leg, not_before=None):
    kind, key = KINDS[leg], key_of(rating.call)
    try:
        return outbox.send(kind, key, PAYLOADS[leg](rating), not_before=not_before)
    except NotApplicable as reason:
        return outbox.not_applicable(kind, key, str(reason), vendor=VENDORS[leg])


def _payload_or_none(rating, leg):
    try:
        return PAYLOADS[Leg(leg)](rating)
    except NotApplicable:
        return None


def _plivo(rating):
    call = rating.call
    if not call.was_connected:
        raise NotApplicable("Not connected")
    if rating.quality is None:
        raise NotApplicable("Not rated")
    if not call.carrier_uuid:
        raise NotApplicable(NO_PLIVO_ID)
    feedback = CallFeedback(
        call_uuid=call.carrier_uuid, rating=rating.quality, issues=tuple(rating.issues), notes=rating.notes
    )
    return plivo.payload_of(feedback)


def _trestle(rating):
    status, why = phone_status_of(rating)
    if status is None:
        raise NotApplicable(why)
    if rating.call.number is None:
        raise NotApplicable("Number unknown")
    # Trestle wants a yes or no; a dead number reached nobody, anything else unknown is not told.
    right_party = False if status == PhoneStatus.DISCONNECTED else rating.right_party
    if right_party is None:
        raise NotApplicable("Right party unknown")
    response_id = latest_response_id(rating.call.number)
    if not response_id:
        raise NotApplicable(NO_RESPONSE_ID)
    feedback = PhoneFeedback(
        response_id=response_id,
        phone=rating.call.number.e164,
        phone_status=status.value,
        right_party=right_party,
        name=rating.call.customer.name if rating.call.customer else "",
    )
    return trestle.payload_of(feedback)


def latest_response_id(number):
    """The newest look-up's response id, "" when none was found or typed."""
    found = NumberLookup.objects.filter(number=number).exclude(response_id="")
    return found.values_list("response_id", flat=True).first() or ""


def _ccai(rating):
    call = rating.call
    if call.provider != Provider.CCAI:
        raise NotApplicable("Not a call of CCAI’s")
    if not call.vendor_id:
        raise NotApplicable("No CCAI call id")
    if not rating.flags:
        is_set = any(getattr(call, name) for name in FLAGS)
        raise NotApplicable("Flags were sent during the call" if is_set else "No flag set")
    return ccai.payload_of(CustomerFlags(call_id=call.vendor_id, **rating.flags))


PAYLOADS = {Leg.PLIVO: _plivo, Leg.TRESTLE: _trestle, Leg.CCAI: _ccai}
