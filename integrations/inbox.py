"""What vendors tell us: stored once by the vendor's id, then applied in a transaction of its own."""

import logging
from datetime import timedelta
from urllib.parse import parse_qs

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from integrations import repeats
from integrations.choices import HookState
from integrations.errors import SetAside
from integrations.models import HookEvent
from integrations.text import clean, clean_deep

__all__ = ["SetAside", "apply", "apply_waiting", "clean", "fields", "on", "receive"]

log = logging.getLogger(__name__)
_appliers = {}
# A hook may come before its call's id was stored; after an hour no call is going to turn up by itself.
UNMATCHED_TRIES = timedelta(hours=1)
# What could not be applied for a day is not a hiccup; a person looks.
GIVE_UP = timedelta(days=1)
FINAL = (HookState.APPLIED, HookState.SET_ASIDE)


def on(vendor, apply):
    """Registers `apply(event) -> HookState | None` (None = applied), called in a transaction of its own.

    It may raise SetAside(reason) for what cannot be used. Called in `ready()` of the app on the right.
    """
    _appliers[vendor] = apply


def receive(vendor, event_id, headers, body):
    """(HookEvent, created). Stored once by (vendor, event_id), then applied; a repeat changes nothing.

    headers  a dict of the few worth keeping, without secrets
    body     text as received; what no database can hold is cleaned away here, once
    """
    kept = {clean(name): clean(value) for name, value in headers.items()}
    event, created = HookEvent.objects.get_or_create(
        vendor=vendor, event_id=clean(event_id)[:200], defaults={"headers": kept, "body": clean(body)}
    )
    if created:
        apply(event.pk)
        event.refresh_from_db()
    return event, created


def fields(event):
    """The form fields of an event's body as name → list of texts, ready to be stored anywhere."""
    return clean_deep(parse_qs(event.body, keep_blank_values=True))


def apply(pk):
    """Applies a stored event unless that was done. A failure leaves it for the sweep and is logged."""
    try:
        with transaction.atomic():
            # On PostgreSQL the row is locked; on SQLite the transaction itself is the only writer.
            event = HookEvent.objects.select_for_update().get(pk=pk)
            if event.state not in FINAL:
                _settle(event, *_applied(event))
    except Exception as error:
        repeats.exception(log, ("hook", type(error)), "Hook event %s could not be applied", pk)
        _give_up_if_old(pk, error)


def _applied(event):
    """(state, reason) after asking the app that listens."""
    applier = _appliers.get(event.vendor)
    if applier is None:
        return HookState.SET_ASIDE, "Nothing in Aftercall listens to this vendor yet."
    try:
        with transaction.atomic():
            return applier(event) or HookState.APPLIED, event.reason
    except SetAside as aside:
        return HookState.SET_ASIDE, aside.reason


def _settle(event, state, reason):
    event.state, event.reason = state, reason[:500]
    event.applied_at = timezone.now() if state == HookState.APPLIED else None
    event.save(update_fields=["state", "reason", "applied_at"])


def _give_up_if_old(pk, error):
    HookEvent.objects.filter(pk=pk, state=HookState.RECEIVED, received_at__lt=timezone.now() - GIVE_UP).update(
        state=HookState.SET_ASIDE, reason=f"Could not be applied for a day ({type(error).__name__}). The log says more."
    )


def apply_waiting(limit=500):
    """The sweep: whatever was stored and not applied, and what may find its call by now. Returns how many."""
    young = timezone.now() - UNMATCHED_TRIES
    waiting = Q(state=HookState.RECEIVED) | Q(state=HookState.UNMATCHED, received_at__gt=young)
    # What was never tried goes first ("received" before "unmatched"): much that finds no call must not hold it up.
    oldest = HookEvent.objects.filter(waiting).order_by("state", "received_at")
    pks = list(oldest.values_list("pk", flat=True)[:limit])
    for pk in pks:
        apply(pk)
    return len(pks)
