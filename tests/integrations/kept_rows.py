"""An app's table for tests of the sync that end processes: the hook inbox holds text by a vendor's id, once."""

import json

from integrations import sync
from integrations.models import HookEvent


def sink(rows):
    """Writes the rows whose digest differs, in the transaction it is called in."""
    ids = [row.vendor_id for row in rows]
    known = dict(HookEvent.objects.filter(event_id__in=ids).values_list("event_id", "reason"))
    changed = [row for row in rows if known.get(row.vendor_id) != row.digest]
    HookEvent.objects.bulk_create(
        [
            HookEvent(vendor="feedbackapi", event_id=row.vendor_id, body=json.dumps(row.raw), reason=row.digest)
            for row in changed
        ],
        update_conflicts=True,
        unique_fields=["vendor", "event_id"],
        update_fields=["body", "reason"],
    )
    created = sum(row.vendor_id not in known for row in changed)
    return sync.Counts(created, len(changed) - created, len(rows) - len(changed))


def everything():
    """{id: raw} of all that is kept."""
    return {vendor_id: json.loads(body) for vendor_id, body in HookEvent.objects.values_list("event_id", "body")}
