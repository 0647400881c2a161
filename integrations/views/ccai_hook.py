"""Where CCAI tells of its sessions: HTTP Basic with a name and a password of our own, each event stored once."""

import base64
import binascii
import hmac
import logging

from django.contrib.auth.decorators import login_not_required
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations import inbox
from integrations.ccai import session_events
from integrations.choices import Vendor
from integrations.fields import SecretUnreadable
from integrations.models import Connection
from integrations.views import hook_body

log = logging.getLogger(__name__)
LARGEST = 1024 * 1024  # bytes: some thousand events, and a session has six
LONGEST_HEADER = 1000  # characters of an Authorization header; ours have a hundred


@csrf_exempt
@login_not_required
@require_POST
def receive(request):
    """POST of session events: 200, 401 not CCAI (403: nobody could be), 413 too large, 503 not stored.

    200 also for what cannot be read: it is kept, and sent again it would be no better.
    """
    wanted = _credentials()
    if wanted is None:
        return hook_body.refuse(Vendor.CCAI, "no user name and password are set")
    if not _shows(request.headers.get("Authorization", ""), wanted):
        answer = hook_body.refuse(Vendor.CCAI, "wrong user name or password")
        answer.status_code = 401  # a client may wait for this before it shows what it has
        answer["WWW-Authenticate"] = 'Basic realm="CCAI session events", charset="UTF-8"'
        return answer
    return hook_body.taken(request, Vendor.CCAI, _take, LARGEST)


def _take(request, raw):
    text = raw.decode("utf-8-sig", "replace")
    try:
        events = session_events.split(text)
    except session_events.Unreadable:
        events = [(session_events.id_of(text), text)]  # kept as it came; applying it says why it is of no use
    for event_id, event in events:
        inbox.receive(Vendor.CCAI, event_id, {}, event)
    return hook_body.say("ok")


def _credentials():
    """(name, password) as bytes, or None where one of them is missing or cannot be opened."""
    try:
        values = Connection.objects.of(Vendor.CCAI).values
    except SecretUnreadable:
        log.error("The stored secret of CCAI cannot be opened: its session events are refused")
        return None
    found = (values.get("hook_user") or "", values.get("hook_password") or "")
    return tuple(text.encode() for text in found) if all(found) else None


def _shows(header, wanted):
    """Whether a Basic header shows both. Both are compared whatever the first gave: the time tells nothing."""
    kind, _, token = header[:LONGEST_HEADER].partition(" ")
    try:
        shown = base64.b64decode(token.strip(), validate=True) if kind.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        shown = b""
    name, _, password = shown.partition(b":")
    same = [hmac.compare_digest(mine, theirs) for mine, theirs in zip(wanted, (name, password), strict=True)]
    return all(same)
