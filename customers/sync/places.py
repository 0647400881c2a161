"""Client accounts and locations as FeedbackAPI lists them.

One of ours that the vendor has not is the same thing when it has the same name, whatever the case, and for
locations the same country where both tell one; and when it is the only such.
"""

from customers.models import ClientAccount, Location
from customers.sync import linking
from customers.sync.merging import Column, column
from customers.sync.mirror import Mirror
from integrations.feedbackapi import reports


class _Named(Mirror):
    """Adopted by name."""

    def adopted(self, connection, rows):
        candidates, taken = list(self.unlinked(connection)), set()
        pairs = [(linking.only([one for one in candidates if self.fits(one, row)], taken), row) for row in rows]
        return [(thing, row) for thing, row in pairs if thing]

    def fits(self, thing, row):
        return bool(row.name) and _same(thing.name) == _same(row.name)

    def facts(self, thing, row, base):
        thing.name = thing.name or f"{self.model._meta.verbose_name.title()} {row.vendor_id}"


class _Accounts(_Named):
    def facts(self, thing, row, base):
        super().facts(thing, row, base)
        thing.active_locations, thing.active_users = row.active_locations, row.active_users


class _Locations(_Named):
    def fits(self, thing, row):
        ours, theirs = thing.country_code.upper(), row.country_code.upper()
        return super().fits(thing, row) and (ours == theirs or not ours or not theirs)

    def facts(self, thing, row, base):
        super().facts(thing, row, base)
        thing.is_active = thing.is_active or thing.gone_at is not None  # it was only gone, and is back


def _same(name):
    """SQLite lowers the letters of ASCII only, so it is done here; unlinked places are few."""
    return name.strip().lower()


_LIMITS = ("max_locations", "max_users", "max_campaigns", "sms_allowance")
_ACTIVE = Column(
    "active",
    ("active",),
    ours=lambda account: account.is_active,
    theirs=lambda row: row.active is not False,
    take=lambda account, value: setattr(account, "is_active", value),
)
accounts = _Accounts(
    ClientAccount,
    reports.account,
    [column(ClientAccount, "name"), _ACTIVE, *(column(ClientAccount, name) for name in _LIMITS)],
    ["name", "is_active", "active_locations", "active_users", *_LIMITS],
)
_ADDRESS = ("name", "address_line_1", "address_line_2", "address_line_3", "postal_code", "country_code")
locations = _Locations(
    Location, reports.location, [column(Location, name) for name in _ADDRESS], [*_ADDRESS, "is_active"]
)
