"""Where vendors call us. Checked on the raw bytes, stored, answered; nothing here knows what a call is."""

import logging
from urllib.parse import parse_qs

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from prometheus_client import Counter

from integrations import inbox
from integrations.choices import Vendor
from integrations.fields import SecretUnreadable
from integrations.models import Connection
from integrations.plivo import webhook

log = logging.getLogger(__name__)
LARGEST = 64 * 1024  # bytes; the largest callback in Plivo's pages has less than two thousand
REFUSED = Counter("aftercall_hooks_refused_total", "Hooks refused because nobody we know had signed them", ["vendor"])


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def plivo(request):
    """POST (or a signed GET) of Plivo's hangup callback: 200, 403 forged, 413 too large, 503 not stored."""
    raw = _read(request)
    if raw is None:
        return _say("too large", 413)
    try:
        return _take_plivo(request, raw)
    except (DatabaseError, InterfaceError):
        log.exception("A Plivo hook could not be stored")
        return _say("not stored, try again", 503)


def _take_plivo(request, raw):
    text = raw.decode("utf-8", "replace")
    if not _plivo_signed(request, text):
        REFUSED.labels("plivo").inc()
        log.warning("A Plivo hook with a wrong signature was refused")
        return _say("forbidden", 403)
    nonce = request.headers[webhook.NONCE_HEADER]
    body = text if request.method == "POST" else request.META.get("QUERY_STRING", "")
    inbox.receive(Vendor.PLIVO, nonce, {webhook.NONCE_HEADER: nonce, "Method": request.method}, body)
    return _say("ok")


def _plivo_signed(request, text):
    """Whether Plivo's token signed it. The address is our public one: the Host header is the caller's word."""
    url = webhook.public_url(_raw_target(request))
    params = _fields(text) if request.method == "POST" else {}
    signatures = [request.headers.get(name, "") for name in webhook.SIGNATURE_HEADERS]
    nonce = request.headers.get(webhook.NONCE_HEADER, "")
    return webhook.verify(request.method, url, params, signatures, nonce, _plivo_tokens())


def _plivo_tokens():
    """The token of the connection; none, and so nothing passes, when it is empty or cannot be opened."""
    try:
        token = Connection.objects.of(Vendor.PLIVO).values.get("auth_token", "")
    except SecretUnreadable:
        log.error("The stored secret of Plivo cannot be opened: its hooks are refused")
        return []
    return [token] if token else []


def _fields(text):
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=1000)  # Plivo's callbacks have some thirty
    except ValueError:
        return {}


def _raw_target(request):
    """Path and query as they came over the wire, where the server keeps them."""
    raw = request.META.get("RAW_URI", "")
    return raw if raw.startswith("/") else request.get_full_path()


def _read(request):
    """The body, or None when it is too large; the length is looked at before a byte is read."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced > LARGEST:
        return None
    raw = request.read(LARGEST + 1)
    return raw if len(raw) <= LARGEST else None


def _say(words, status=200):
    return HttpResponse(words, status=status, content_type="text/plain")
