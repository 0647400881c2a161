"""What a connection holds, as the clients need it: all there, or a sentence for the admin."""

from django.conf import settings

from integrations.choices import Origin
from integrations.errors import Misconfigured
from integrations.fields import SecretUnreadable
from integrations.http import Door


def read(connection, *names):
    """The connection's values by name, as texts. Raises Misconfigured for one that is missing or unreadable."""
    try:
        values = connection.values
    except SecretUnreadable as error:
        raise Misconfigured("The stored secret cannot be opened: enter it again.") from error
    missing = [name.replace("_", " ") for name in names if not str(values.get(name) or "").strip()]
    if missing:
        raise Misconfigured(f"{connection} is not set up: {', '.join(missing)} missing.", param=missing[0])
    return tuple(str(values[name]).strip() for name in names)


def door(connection, base_url, **how):
    """A Door for the connection. An address typed into the browser must be a public one (DECISIONS 18)."""
    is_typed = connection.origin == Origin.SAVED and not is_the_operators(connection, base_url)
    return Door(base_url, public_only=is_typed, **how)


def is_the_operators(connection, address):
    """Whether an address is the environment's own: used as given, also where somebody saved it with a new secret."""
    return bool(address) and address in settings.VENDORS.get(connection.vendor, {}).values()
