"""Connections that lead to a server of the test's."""

from integrations.choices import Vendor
from integrations.models import Connection


def connection_to(url, vendor, settings, **values):
    """The vendor's row with its environment's values leading to `url`, and its bucket full."""
    names = [name for name in settings.VENDORS[vendor] if name.endswith("base_url")]
    own = settings.VENDORS[vendor] | dict.fromkeys(names, url) | values
    settings.VENDORS = settings.VENDORS | {vendor: own}
    row, _ = Connection.objects.update_or_create(vendor=Vendor(vendor), defaults={"rate_tokens": 0, "learned": {}})
    return row
