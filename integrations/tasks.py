"""What workers run. Tasks take primary keys, return nothing (what cannot be pickled would run for ever),
catch vendors' errors and write the row; they never catch the time-out, which is no Exception."""

from django.conf import settings
from django.utils import timezone

from integrations import alerts, doorbell, inbox, outbox
from integrations import pulse as pulses
from integrations.ccai import directory
from integrations.choices import DeliveryState, Vendor
from integrations.models import Connection, Delivery
from integrations.sync import work

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
    alerts.tell()
    if pulses.is_needed():
        pulses.start()
    if work.waiting().exists():
        doorbell.go_on_syncing()


def sync(name, full=False):
    """Read the list of that name, or what is new of it, a turn long; whoever is rung next goes on."""
    plan = work.plan_of(name)
    work.wish(plan, full=full or work.is_full_due(plan))
    work.rounds()


def sync_everything():
    """The nightly full pass: every list from the beginning, which finds edits and what is gone."""
    for plan in work.plans():
        if plan.nightly:
            work.wish(plan, full=True)
    work.rounds()


def go_on_syncing():
    """A turn at the runs that wait."""
    work.rounds()


def tell_admins():
    """Write to the admins about connections that need them."""
    alerts.tell()


def read_directories():
    """Who and what CCAI's tenant has, for the forms."""
    connection = Connection.objects.of(Vendor.CCAI)
    if connection.can_send:
        directory.refresh(connection)


def heartbeat():
    """Each minute: says that a worker really runs tasks."""
    pulses.show_life()
