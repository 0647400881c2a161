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
    """Calls on their way or on the line, not older than any call lasts."""
    return Call.objects.filter(provider=provider, status__in=LIVE, asked_at__gt=timezone.now() - LONGEST_CALL)


def calls_without_id(connection):
    """Calls of which the vendor never told us its id and that may still turn up in its list."""
    now = timezone.now()
    waits = Q(status__in=(CallStatus.PLACING, CallStatus.UNCERTAIN, CallStatus.NEEDS_AGENT))
    calls = Call.objects.filter(waits, connection=connection, vendor_id=None, asked_at__gt=now - LOST_FOR_GOOD)
    given_up = CallEvent.objects.filter(call=OuterRef("pk"), dedupe__in=("not_found:2", "several_fit"))
    # After an outage an older call is still looked for until the looks are complete.
    return calls.filter(Q(asked_at__gt=now - 2 * ANSWER_WINDOW) | ~Exists(given_up)).select_related("agent")
