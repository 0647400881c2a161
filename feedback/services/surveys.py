"""The survey of a wrap-up: one request a call, replaced while it waits, and never sent a second time."""

from datetime import datetime

from django.utils import timezone

from feedback import proposals, templates_kept
from feedback.choices import Leg, RequestOrigin
from feedback.legs import KINDS, VENDORS, key_of
from feedback.models import FeedbackRequest, RatingLeg
from feedback.services import requests
from integrations import outbox

NOT_WANTED = "No survey was asked for"


class Unknown(Exception):
    """The wish names what there is not; `param` says which part."""

    def __init__(self, param, sentence):
        super().__init__(sentence)
        self.param = param


def check(call, wish):
    """Whether a wish names a template and a location that fit the call. Raises Unknown. None is no wish."""
    if wish is not None:
        _template_of(call, wish)


def send(rating, not_before=None):
    """The survey leg of the rating's present revision. Call it inside the saving transaction."""
    delivery = _delivery(rating, not_before)
    RatingLeg.objects.create(rating=rating, revision=rating.revision, leg=Leg.SURVEY, delivery=delivery)


def request_of(call):
    """The call's latest request that was not cancelled, or None."""
    mine = FeedbackRequest.objects.filter(call=call, origin=RequestOrigin.WRAP_UP, cancelled_at=None)
    return mine.select_related("delivery", "template", "location").order_by("-pk").first()


def is_sent(row):
    """Whether it can no longer be changed."""
    return bool(row.vendor_id) or (row.delivery is not None and requests.may_be_there(row.delivery))


def take_back(rating, by):
    """Undo: the request goes with its wrap-up, as its delivery does."""
    row = request_of(rating.call)
    if row and not is_sent(row):
        FeedbackRequest.objects.filter(pk=row.pk).update(cancelled_at=timezone.now(), cancelled_by=by)


def _delivery(rating, not_before):
    before = request_of(rating.call)
    if before and is_sent(before):
        return before.delivery
    why = _why_none(rating)
    if not why:
        try:
            return _ask(rating, before, not_before)
        except (requests.NotAsked, Unknown) as refused:
            why = str(refused)
    if before:
        _let_go(before, rating.saved_by)
    return outbox.not_applicable(KINDS[Leg.SURVEY], key_of(rating.call), why, vendor=VENDORS[Leg.SURVEY])


def _why_none(rating):
    """Why nobody is asked, "" where the wish is to be carried out."""
    blocked = proposals.blocked(rating.call, rating.outcome, rating.right_party)
    if blocked or rating.feedback_request is not None:
        return blocked
    proposal = proposals.of(rating.call, rating.outcome, rating.right_party)
    return NOT_WANTED if proposal.is_yes else proposal.why


def _ask(rating, before, not_before):
    call, wish = rating.call, rating.feedback_request
    template, location = _template_of(call, wish)
    requests.lock(call.customer)
    row = before or FeedbackRequest(origin=RequestOrigin.WRAP_UP, call=call)
    row.requested_by, row.suppress = rating.saved_by, bool(wish.get("suppress_message"))
    judged = requests.fill(row, call.customer, template, location, due_of(wish), wish.get("hand_over"))
    if not judged.may_send:
        raise requests.NotAsked(judged)
    row.save()
    requests.send(row, judged, key_of(call), not_before)
    return row.delivery


def _template_of(call, wish):
    """(MessageTemplate, Location) that a wish names. Raises Unknown."""
    location = next((one for one in proposals.locations_of(call) if one.pk == wish.get("location")), None)
    if location is None:
        raise Unknown("feedback_request.location", "This is no location of the call's customer.")
    template = templates_kept.named(location.account, wish.get("template"))
    if template is None:
        raise Unknown("feedback_request.template", "There is no such message template for this location.")
    return template, location


def due_of(wish):
    """The wish's time (aware), None for now."""
    due = wish.get("due")
    return datetime.fromisoformat(due) if due else None


def _let_go(before, by):
    """A correction wants no survey any more; a later wish begins a new one."""
    FeedbackRequest.objects.filter(pk=before.pk).update(cancelled_at=timezone.now(), cancelled_by=by)
