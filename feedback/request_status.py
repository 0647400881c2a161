"""How each request stands: one definition, in the database, for the list, its filter, the page and REST."""

from dataclasses import dataclass

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone

from feedback.chips import clock_time
from feedback.choices import Channel, RequestStatus
from integrations import polling
from integrations.choices import DeliveryState

BY_SMS = Q(type="sms") | Q(type="", template__channel=Channel.SMS)
NO_MESSAGE = Q(suppress=True) | Q(type="suppressed")
_OURS = Q(vendor_id=None, delivery__isnull=False)


def with_status(requests):
    """The requests, each with its `status` (a RequestStatus's value) as of now."""
    return requests.annotate(
        status=Case(*_cases(timezone.now()), default=_say(RequestStatus.SENT), output_field=CharField())
    )


def _cases(now):
    """The first that fits is the status: what came later in its life stands earlier."""
    for status, fits in (
        (RequestStatus.ANSWERED, Q(feedback__isnull=False) | ~Q(vendor_feedback="")),
        (RequestStatus.CANCELLED, Q(cancelled_at__isnull=False)),
        (RequestStatus.WAITING, _OURS & Q(delivery__state=DeliveryState.PENDING)),
        (RequestStatus.NEEDS_PERSON, _OURS & Q(delivery__state=DeliveryState.PARKED)),
        (RequestStatus.NOT_SENT, _OURS & ~Q(delivery__state=DeliveryState.DELIVERED)),
        (RequestStatus.SPAM, Q(spam_complaint=True) & ~BY_SMS),
        (RequestStatus.BOUNCED, Q(bounced=True) & ~BY_SMS),
        (RequestStatus.CLICKED, Q(clicked=True)),
        (RequestStatus.OPENED, Q(opened=True) & ~BY_SMS),
        (RequestStatus.LINK_ONLY, NO_MESSAGE),
        (RequestStatus.SCHEDULED, Q(due_at__gt=now)),
    ):
        yield When(fits, then=_say(status))


def _say(status):
    return Value(status.value)


@dataclass(frozen=True)
class Shown:
    """A status to show: a badge and the sentence beside it."""

    label: str
    tone: str
    icon: str
    why: str = ""
    at: str = ""


def shown(request):
    """How a request out of `with_status` looks; it needs its delivery."""
    status = RequestStatus(request.status)
    return Shown(status.label, status.tone, status.icon, _why(request, status), _at(request, status))


def _why(request, status):
    if status in (RequestStatus.WAITING, RequestStatus.NEEDS_PERSON, RequestStatus.NOT_SENT):
        return request.delivery.reason
    if status == RequestStatus.CANCELLED:
        by = f" by {request.cancelled_by}" if request.cancelled_by else ""
        return f"Taken back {clock_time(request.cancelled_at)}{by}"
    if status == RequestStatus.BOUNCED:
        return request.bounce_reason or "FeedbackAPI gave no reason"
    return "It cannot be recalled" if status == RequestStatus.SCHEDULED else ""


def _at(request, status):
    if status == RequestStatus.WAITING:
        return clock_time(max(request.delivery.not_before, request.requested_at))
    return clock_time(request.due_at) if status in (RequestStatus.SCHEDULED, RequestStatus.SENT) else ""


def can_be_cancelled(request):
    return request.status in (RequestStatus.WAITING, RequestStatus.NEEDS_PERSON)


def is_sms(request):
    """Whether it goes as a text message, of which opening, bouncing and spam are not reported."""
    channel = request.template.channel if request.template else ""
    return request.type == "sms" or (not request.type and channel == Channel.SMS)


def is_link_only(request):
    """Whether it was made for its link, and no message sent: as NO_MESSAGE, of one row."""
    return request.suppress or request.type == "suppressed"


def every(request):
    """How often the page of one that waits with us asks again, "" for any other."""
    waits = request.status == RequestStatus.WAITING
    return polling.every(request.delivery.not_before - timezone.now()) if waits else ""


LEGEND = [(status.label, status.tone, status.icon, status.meaning) for status in RequestStatus]
