"""The locations a file names. What becomes of a row at one that nobody knows is chosen for the whole file:

""      the row is not taken
"none"  it is kept without a location, with the name
"make"  the location is made, of the client account that was chosen
"""

from collections import defaultdict

from django.utils import timezone

from customers.imports.clocks import zone_of
from customers.models import NAME_KEPT, Location
from integrations.text import cut

UNKNOWN = "No location is called “{}”"
TWO = "More than one location is called “{}”"
MAKE, NONE = "make", "none"


class Places:
    """Which location is meant by a name, in any case: one that the vendor has no more only where no other is called
    so. Asks the database once; `by` is who has them made."""

    def __init__(self, options, by=None):
        self.options, self.by = options, by
        self.whole_file = options.get("place") or None
        self.forget()

    def forget(self):
        """Look again: what was made may have been rolled back."""
        there, gone, self.zones = defaultdict(list), defaultdict(list), {None: ""}
        rows = Location.objects.order_by("pk").values_list("pk", "name", "time_zone", "gone_at")
        for pk, name, zone, gone_at in rows:
            (gone if gone_at else there)[name.casefold()].append(pk)
            self.zones[pk] = zone
        self._by_name = gone | there

    def of(self, text):
        """(primary key or None, why the row is not taken or "")."""
        if not text:
            return self.whole_file, ""
        found = self._by_name.get(_kept(text).casefold(), ())
        if len(found) == 1:
            return found[0], ""
        if found or not self.options.get("new_places"):
            return None, (TWO if found else UNKNOWN).format(text[:60])
        return None, ""

    def make(self, texts, dry=False):
        """Makes those that nobody knows, where that was chosen."""
        if dry or self.options.get("new_places") != MAKE:
            return
        new = {_kept(text).casefold(): _kept(text) for text in texts if text}
        missing = [name for folded, name in sorted(new.items()) if folded not in self._by_name]
        if missing:
            zone, now = str(zone_of(self.options.get("zone", ""))), timezone.now()
            account = self.options.get("account") or None
            Location.objects.bulk_create(
                Location(name=name, account_id=account, time_zone=zone, changed_by_id=self.by, changed_at=now)
                for name in missing
            )
            self.forget()

    def unknown(self, texts):
        """Of these texts those that name no location, each once."""
        return sorted({text for text in texts if text and _kept(text).casefold() not in self._by_name})


def _kept(text):
    return cut(" ".join(text.split()), NAME_KEPT)
