"""Said at start rather than found out later: each check names what to do."""

from django.core.checks import Error, Tags, Warning, register
from django.db import connections as databases

from integrations import connections, vendors
from integrations.fields import SecretUnreadable
from integrations.models import Connection
from integrations.outbox import listeners


@register()
def every_kind_has_a_listener(app_configs, **kwargs):
    """A delivery nobody hears of would end unseen."""
    return [
        Error(
            f"Nobody listens to deliveries of kind {kind}.",
            hint=f"Call outbox.on({kind!r}, delivered=…) in ready() of the app that sends them.",
            id="integrations.E001",
        )
        for kind in sorted(set(vendors.KINDS) - listeners.registered())
    ]


@register(Tags.database)
def connections_are_sound(app_configs, databases=None, **kwargs):
    """Every stored secret opens, and where row and environment differ, somebody is told."""
    if "default" not in (databases or []) or not _migrated():
        return []
    return [message for row in Connection.objects.all() for message in _look_at(row)]


def _migrated():
    return Connection._meta.db_table in databases["default"].introspection.table_names()


def _look_at(row):
    try:
        return [_differs(row, name) for name in connections.differing(row)]
    except SecretUnreadable:
        hint = "Put the key it was saved with back into FIELD_ENCRYPTION_KEYS, or enter the secret again."
        return [Error(f"The secret of {row} cannot be opened.", hint=hint, id="integrations.E002")]


def _differs(row, name):
    return Warning(
        f"{name} differs from what an admin saved for {row}; the saved value is used.",
        hint="Open the connection's page and choose to use the environment's values, or change the variable.",
        id="integrations.W001",
    )
