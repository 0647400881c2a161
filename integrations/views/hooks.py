"""Where Plivo calls us. Checked on the raw bytes, stored, answered; nothing here knows what a call is."""

import logging
from functools import partial
from urllib.parse import parse_qs

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from integrations import inbox
from integrations.choices import HookState, Vendor
from integrations.fields import SecretUnreadable
from integrations.models import Connection
from integrations.plivo import addresses, answers, bridge, webhook
from integrations.views import hook_body

log = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def plivo(request):
    """POST (or a signed GET) of Plivo's hangup callback: 200, 403 forged, 413 too large, 503 not stored."""
    return hook_body.taken(request, Vendor.PLIVO, _take_plivo)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def plivo_call(request, reference, which):
    """News of a call that we placed; `which` is one of addresses.WHICH. The answers of `plivo`.

    An agent who has picked up gets instructions: the customer's number, or to hang up where the call does not
    wait for it. An event that was told before gets no number, whoever repeats it.
    """
    return hook_body.taken(request, Vendor.PLIVO, partial(_take_plivo_call, reference=reference, which=which))


def _take_plivo(request, raw):
    event, _ = _kept(request, raw)
    return hook_body.say("ok") if event else hook_body.refuse(Vendor.PLIVO, "wrong signature")


def _take_plivo_call(request, raw, reference, which):
    event, is_new = _kept(request, raw, Call=reference, Hook=which)
    if event is None:
        return hook_body.refuse(Vendor.PLIVO, "wrong signature")
    if which not in addresses.WANT_INSTRUCTIONS:
        return hook_body.say("ok")
    if event.state == HookState.RECEIVED:  # stored but not applied: whether the call waits cannot be said now
        return hook_body.say("not now, try again", 503)
    joins = answers.bridge_of(reference) if is_new and event.state == HookState.APPLIED else None
    words = bridge.instructions(joins) if joins else bridge.HANG_UP
    return HttpResponse(words, content_type=bridge.CONTENT_TYPE)


def _kept(request, raw, **about):
    """(HookEvent, whether it is new) of a request that Plivo signed; (None, False) of any other."""
    text = raw.decode("utf-8", "replace")
    if not _plivo_signed(request, text):
        return None, False
    nonce = request.headers[webhook.NONCE_HEADER]
    body = text if request.method == "POST" else request.META.get("QUERY_STRING", "")
    headers = {webhook.NONCE_HEADER: nonce, "Method": request.method, **about}
    return inbox.receive(Vendor.PLIVO, nonce, headers, body)


def _plivo_signed(request, text):
    """Whether Plivo's token signed it. The address is our public one: the Host header is the caller's word."""
    url = addresses.public_url(_raw_target(request))
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
