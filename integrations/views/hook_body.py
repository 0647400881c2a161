"""What every vendor's hook begins and ends with: a body read up to a limit, the answers, the count of the refused."""

import logging

from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from prometheus_client import Counter

from integrations import repeats

log = logging.getLogger(__name__)
LARGEST = 64 * 1024  # bytes; the largest callback in Plivo's pages has less than two thousand
REFUSED = Counter("aftercall_hooks_refused_total", "Hooks refused because nobody we know had signed them", ["vendor"])


def taken(request, vendor, take, largest=LARGEST):
    """The answer to a hook: `take(request, raw)`'s; 413 for a body over `largest` bytes, 503 where it was not kept."""
    raw = read(request, largest)
    if raw is None:
        return say("too large", 413)
    try:
        return take(request, raw)
    except (DatabaseError, InterfaceError):
        log.exception("A hook of %s could not be stored", vendor.label)
        return say("not stored, try again", 503)


def read(request, largest=LARGEST):
    """The body, or None when it is too large; the length is looked at before a byte is read."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced > largest:
        return None
    raw = request.read(largest + 1)
    return raw if len(raw) <= largest else None


def refuse(vendor, why):
    """403 to somebody who could not show that they are the vendor; counted, and `why` is for the log."""
    REFUSED.labels(vendor.value).inc()
    # Anybody may call these addresses, as often as they like.
    repeats.log(log, logging.WARNING, ("refused", vendor, why), "A hook for %s was refused: %s", vendor.label, why)
    return say("forbidden", 403)


def say(words, status=200):
    """A short plain answer: machines read the status, people the words."""
    return HttpResponse(words, status=status, content_type="text/plain")
