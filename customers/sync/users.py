"""Users of FeedbackAPI's own console. Nothing of them is changed here, so theirs always holds."""

from customers.models import NAME_KEPT, VendorUser
from customers.sync import linking
from customers.sync.mirror import Mirror
from integrations.feedbackapi import reports
from integrations.text import cut


class _Users(Mirror):
    """A pending one has no id there: our row is taken over by its e-mail address."""

    def adopted(self, connection, rows):
        candidates, taken = list(self.unlinked(connection)), set()
        same = lambda row: [one for one in candidates if row.email and one.email.lower() == row.email.lower()]  # noqa: E731
        pairs = [(linking.only(same(row), taken), row) for row in rows]
        return [(thing, row) for thing, row in pairs if thing]

    def facts(self, thing, row, base):
        thing.email = cut(row.email, 254) or thing.email
        thing.name = cut(row.name, NAME_KEPT) or thing.name
        thing.type = cut(row.type, 40) or thing.type
        thing.status = cut(row.status, 40) or thing.status
        thing.last_access_at = row.last_access_at
        if row.invite_url:
            thing.invite = {"url": row.invite_url}
        elif row.vendor_id:
            thing.invite = {}  # whoever has an id has an account, and the link opened it

    def _merged(self, connection, thing, row):
        conflicts = super()._merged(connection, thing, row)
        thing.vendor_raw.pop("invite_url", None)  # who has the link has the account: it stands sealed in `invite`
        return conflicts

    def save(self, things):
        for thing in things:  # one by one: the link is sealed with the row it stands in
            thing.save(update_fields=self.written)


users = _Users(VendorUser, reports.user, [], ["email", "name", "type", "status", "last_access_at", "invite"])
