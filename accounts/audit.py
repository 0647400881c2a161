"""Writing down who did what. One function, called by the deed in its own transaction."""

from accounts.models import AuditEntry


def record(actor, deed, thing, changes=None, reason=""):
    """Append one entry. `thing` is any saved model row; `changes` maps field → [old, new], without secrets."""
    return AuditEntry.objects.create(
        actor=actor,
        deed=deed,
        object_type=thing._meta.label_lower,
        object_id=str(thing.pk),
        object_label=str(thing)[:200],
        changes=changes or {},
        reason=reason,
    )
