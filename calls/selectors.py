"""Named queries about calls."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from calls.choices import LIVE, CallStatus, Provider
from calls.models import Call, CallEvent
from calls.services import carrier
from customers import phones

DIGITS_TO_SEARCH = 4  # fewer find half the book
# No agent talks longer than a shift; a call the vendor never ended must not keep us asking for ever.
LONGEST_CALL = timedelta(hours=12)
SCHEDULED_EARLY = timedelta(minutes=1)  # the vendor's clock may be ahead of ours
# How long a call without an id may still turn up: an agent needs minutes in the adapter, a dial seconds.
ADAPTER_WINDOW = timedelta(minutes=10)
ANSWER_WINDOW = timedelta(minutes=2)
LOST_FOR_GOOD = timedelta(hours=1)  # further back the list is too long to be read again and again


def matching(text):
    """The Q of calls whose customer's name or number holds the text, or whose ticket it is."""
    found = Q(customer__name__icontains=text) | Q(ticket_id__iexact=text)
    digits = phones.digits_of(text)
    return found | Q(number__e164__contains=digits) if len(digits) >= DIGITS_TO_SEARCH else found


def carrier_candidates(call):
    """Plivo's records that may be this call and that nobody has linked; [] when it has its id."""
    return [] if call.carrier_uuid else carrier.records_that_fit(call)


def live_calls(provider=Provider.CCAI):
    """Calls on their way or on the line, not older than any call lasts, and scheduled ones whose time has come."""
    now = timezone.now()
    young = Q(created_at__gt=now - LONGEST_CALL) | Q(scheduled_at__gt=now - LONGEST_CALL)
    due = Q(status=CallStatus.SCHEDULED, scheduled_at__lt=now + SCHEDULED_EARLY)
    return Call.objects.filter(young & (Q(status__in=LIVE) | due), provider=provider)


def waiting_for_id(connection):
    """Calls asked for lately whose id at the vendor nobody knows: any of them may stand in its list."""
    waits = (CallStatus.PLACING, CallStatus.UNCERTAIN, CallStatus.NEEDS_AGENT)
    asked = Call.objects.filter(connection=connection, vendor_id=None, status__in=waits)
    return asked.filter(asked_at__gt=timezone.now() - LOST_FOR_GOOD).select_related("agent")


def calls_without_id(connection):
    """Calls of which the vendor never told us its id and that may still turn up in its list."""
    now = timezone.now()
    calls = waiting_for_id(connection)
    given_up = CallEvent.objects.filter(call=OuterRef("pk"), dedupe__in=("not_found:2", "several_fit"))
    # After an outage an older call is still looked for until the looks are complete.
    return calls.filter(Q(asked_at__gt=now - 2 * ANSWER_WINDOW) | ~Exists(given_up)).select_related(
        "agent", "parent", "number", "connection"
    )


def linked_calls(user, call):
    """The calls before and after this one that CCAI or a person tied to it, oldest first: `(follows, followed_by)`.

    Those that `user` may not see are left out: an agent's call that a colleague called back.
    """
    tied = Q(parent=call) | Q(pk=call.parent_id) if call.parent_id else Q(parent=call)
    rows = list(Call.objects.visible_to(user).filter(tied).select_related("agent").order_by("pk"))
    return [row for row in rows if row.pk == call.parent_id], [row for row in rows if row.parent_id == call.pk]
