"""Writing the timeline of a call: every event once."""

from django.utils import timezone

from calls.choices import EventSource
from calls.models import CallEvent


def note(call, word, text="", *, dedupe="", by=None, source=None, at=None, raw=None):
    """One thing done to a call. `dedupe` names it; the same name a second time is not written. True when it was."""
    source = source or (EventSource.PERSON if by else EventSource.US)
    at = at or timezone.now()
    _, created = CallEvent.objects.get_or_create(
        call=call,
        dedupe=(dedupe or f"{word}:{at.isoformat()}")[:120],
        defaults={"source": source, "word": word[:60], "text": text[:500], "at": at, "actor": by, "raw": raw or {}},
    )
    return created
