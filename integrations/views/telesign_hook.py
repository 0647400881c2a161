"""Where TeleSign tells of calls. An event that is TeleSign's is stored, applied, and always answered with a command.

Signed events come to /hooks/telesign/. Where no key is set, only /hooks/telesign/<secret>/ is TeleSign's.
"""

import json
import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations import inbox
from integrations.choices import Vendor
from integrations.fields import SecretUnreadable
from integrations.models import Connection
from integrations.telesign import commands, webhook
from integrations.views import hook_body

log = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def telesign(request, secret=""):
    """An event: 200 with a JSON-RPC command, 403 forged, 413 too large, 503 not stored.

    secret   the last part of the address, where the connection has one instead of a key
    """
    return hook_body.taken(request, Vendor.TELESIGN, lambda request, raw: _take(request, raw, secret))


def _take(request, raw, secret):
    values = _values()
    if values.get("hook_key"):
        shown = [request.headers.get(name, "") for name in webhook.SIGNATURE_HEADERS]
        if not webhook.verify(raw, shown, values["hook_key"]):
            return hook_body.refuse(Vendor.TELESIGN, "wrong signature")
    elif not webhook.same_secret(secret, values.get("hook_secret", "")):
        return hook_body.refuse(Vendor.TELESIGN, "wrong address")
    text = raw.decode("utf-8", "replace")
    event, is_new = inbox.receive(Vendor.TELESIGN, webhook.event_id(*_names(text), raw), {}, text)
    if not is_new:
        inbox.apply(event.pk)  # its double may be at it this moment: wait, so that both are answered the same
    return JsonResponse(_command(event))


def _values():
    """The connection's values; none, and so nothing passes, when its secret cannot be opened."""
    try:
        return Connection.objects.of(Vendor.TELESIGN).values
    except SecretUnreadable:
        log.error("The stored secret of TeleSign cannot be opened: its events are refused")
        return {}


def _names(text):
    """(reference id, event) as far as they can be read: with the body's hash they are the event's id."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    body = body if isinstance(body, dict) else {}
    return str(body.get("reference_id", "")), str(body.get("event", ""))


def _command(event):
    """What to do next. A fault of ours must not leave somebody on a silent line."""
    try:
        return commands.decide(event)
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        log.exception("TeleSign's event %s could not be answered: it is told to hang up", event.pk)
        return commands.hangup()
