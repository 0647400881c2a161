"""Who changed what, newest first."""

from dataclasses import dataclass

from accounts.models import AuditEntry

PAGE = 50
LONGEST_ID = 18  # digits; a longer one overflows the database's integer


@dataclass(frozen=True)
class History:
    """Audit entries of one page; `before` continues below it, "" at the end. `label` names the object, if it is one."""

    rows: list
    before: str
    label: str


def history(object_type="", object_id="", before=""):
    """Entries about one object, or about everything without a type. Texts out of an address; nonsense finds nothing."""
    entries = AuditEntry.objects.select_related("actor")
    if object_type:
        entries = entries.filter(object_type=_storable(object_type), object_id=_storable(object_id))
    if before.isascii() and before.isdigit() and len(before) <= LONGEST_ID:
        entries = entries.filter(pk__lt=int(before))
    # Entries are only ever appended, so their numbers are their order.
    rows = list(entries.order_by("-pk")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return History(rows, str(rows[-1].pk) if more else "", rows[0].object_label if rows and object_type else "")


def _storable(text):
    """Without NUL, which PostgreSQL refuses even to look for."""
    return text.replace("\0", "")
