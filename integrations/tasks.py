"""What workers run. Tasks take primary keys, return nothing (what cannot be pickled would run for ever),
catch vendors' errors and write the row; they never catch the time-out, which is no Exception."""

from django.conf import settings
from django.utils import timezone

from integrations import doorbell, inbox, outbox
from integrations import pulse as pulses
from integrations.choices import DeliveryState
from integrations.models import Delivery

wake = doorbell.wake
start_pulse = doorbell.start_pulse


def deliver(pk):
    """Deliver one row, unless its vendor already has its share of the workers: the pulse rings again then."""
    if _vendor_has_room(pk):
        outbox.deliver(pk)


def _vendor_has_room(pk):
    """One worker runs the pulse and one stays free, so that a slow vendor cannot take them all."""
    in_flight = Delivery.objects.filter(
        connection__deliveries=pk, state=DeliveryState.PENDING, not_before__gt=timezone.now()
    ).exclude(owner="")
    return in_flight.count() < max(settings.Q_CLUSTER["workers"] - 2, 1)


def pulse():
    """Each second: wake what is due, look at what is live."""
    pulses.run()


def sweep():
    """Each minute: what the queue lost is found in the rows."""
    pulses.show_life()
    inbox.apply_waiting()
    if pulses.is_needed():
        pulses.start()


def heartbeat():
    """Each minute: says that a worker really runs tasks."""
    pulses.show_life()
