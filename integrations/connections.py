"""What may be done to a connection. Secrets go in and are never shown again."""

from datetime import timedelta

from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from integrations import doorbell, vendors
from integrations.choices import Origin, SyncState, Vendor
from integrations.models import Connection, SyncRun

# Which of a vendor's values are secrets. All other values of settings.VENDORS are shown and edited.
SECRETS = {
    Vendor.CCAI: ("token", "hook_password"),
    Vendor.PLIVO: ("auth_token",),
    Vendor.TELESIGN: ("api_key", "hook_key", "hook_secret"),
    Vendor.TRESTLE: ("api_key",),
    Vendor.FEEDBACKAPI: ("token",),
}
# Often enough for "last success 14:02", seldom enough that nobody queues for the row.
OK_EVERY = timedelta(seconds=10)


def ensure(**signal):
    """One row a vendor, made by `migrate`; those not connected in this release are off."""
    for vendor in Vendor.values:
        Connection.objects.get_or_create(vendor=vendor, defaults={"is_on": vendor in django_settings.VENDORS})


def setting_names(connection):
    """The names of a connection's open values, in the order of the settings file."""
    known = django_settings.VENDORS.get(connection.vendor, {})
    return [name for name in known if name not in secret_names(connection)]


def secret_names(connection):
    return SECRETS.get(connection.vendor, ())


def variable(connection, name):
    """The environment's name of a value: ("plivo", "auth_id") → PLIVO_AUTH_ID."""
    return f"{connection.vendor}_{name}".upper()


def differing(connection):
    """The environment's variables whose value is not the saved one's. Empty while the environment rules."""
    if connection.origin == Origin.ENVIRONMENT:
        return []
    ours, theirs = connection.values, django_settings.VENDORS.get(connection.vendor, {})
    return [variable(connection, name) for name in theirs if theirs[name] != ours.get(name, "")]


def pause(connection, why):
    """Nothing more is sent until a person acts. The first reason stays, and of it the admins are told."""
    running = Connection.objects.filter(pk=connection.pk, paused_at=None)
    if running.update(paused_at=timezone.now(), paused_why=why[:500], told_at=None):
        transaction.on_commit(doorbell.tell_admins, robust=True)


def resume(connection):
    """Sending and reading go on where they stopped; what is due is picked up at once."""
    Connection.objects.filter(pk=connection.pk).update(paused_at=None, paused_why="", told_at=None)
    paused = SyncRun.objects.filter(connection=connection, state=SyncState.PAUSED)
    paused.update(lease_until=timezone.now())  # it has rested long enough
    transaction.on_commit(doorbell.start_pulse, robust=True)
    transaction.on_commit(doorbell.go_on_syncing, robust=True)


def note_ok(connection):
    """The vendor did what we asked. Written every ten seconds at most, but at once where it ends a trouble."""
    now = timezone.now()
    if connection.last_ok_at and connection.last_ok_at > now - OK_EVERY and not connection.in_trouble:
        return
    old = Q(last_ok_at=None) | Q(last_ok_at__lte=now - OK_EVERY) | Q(last_error_at__gt=F("last_ok_at"))
    Connection.objects.filter(old, pk=connection.pk).update(last_ok_at=now)
    connection.last_ok_at = now


def note_error(connection, sentence):
    """It did not; `sentence` is for the admin."""
    Connection.objects.filter(pk=connection.pk).update(last_error_at=timezone.now(), last_error=sentence[:500])


def learn(connection, learned):
    """Merges what an answer taught about the account. Call it in a transaction."""
    row = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    row.learned = {**row.learned, **learned}
    row.save(update_fields=["learned"])


def check(connection):
    """Presses the test button: one harmless request, outside any transaction. A good one ends a pause."""
    result = vendors.check(connection)
    if result.ok:
        Connection.objects.filter(pk=connection.pk).update(last_ok_at=timezone.now())
        resume(connection)
    else:
        note_error(connection, result.sentence)
    return result


@transaction.atomic
def save(connection, by, settings=None, secrets=None, **columns):
    """Saves what an admin typed and audits it, secrets by name only. Returns the fresh row.

    settings   the open values by name; None leaves them
    secrets    only the ones typed anew, by name; empty ones keep what is stored
    columns    caller_ids, options, time_zone, is_on

    Values that differ make the row rule over the environment; a new secret ends a pause.
    """
    row = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    typed = {name: value for name, value in (secrets or {}).items() if value}
    changes = _set_columns(row, columns) | _set_values(row, settings or {}, typed)
    if not changes:
        row.save(update_fields=["saved_secrets"])  # opened above: sealed anew, by the newest key (rotation)
        return row
    row.save()
    audit.record(by, "connection changed", row, changes)
    if typed:
        resume(row)
        row.refresh_from_db()
    else:
        transaction.on_commit(doorbell.start_pulse, robust=True)
    return row


def _set_columns(row, columns):
    changes = {name: [getattr(row, name), new] for name, new in columns.items() if getattr(row, name) != new}
    for name, (_, new) in changes.items():
        setattr(row, name, new)
    return changes


def _set_values(row, settings, typed):
    """Puts the values into the row; returns what changed, for the audit."""
    now = row.values
    changes = {name: [now.get(name, ""), new] for name, new in settings.items() if now.get(name, "") != new}
    if not (changes or typed):
        return {}
    row.saved_settings = {name: now.get(name, "") for name in setting_names(row)} | settings
    row.saved_secrets = {name: now.get(name, "") for name in secret_names(row)} | typed
    row.origin = Origin.SAVED
    return changes | {name: ["•••", "changed"] for name in typed}


@transaction.atomic
def take_over(connection, by):
    """The environment's values rule again; what was saved is forgotten."""
    row = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    audit.record(by, "environment taken over", row, {name: ["saved", "environment"] for name in differing(row)})
    row.origin, row.saved_settings, row.saved_secrets = Origin.ENVIRONMENT, {}, {}
    row.save(update_fields=["origin", "saved_settings", "saved_secrets"])
    resume(row)
