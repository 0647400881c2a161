"""What the tests of calls through Plivo share: an agent with a phone, a caller id, hooks as Plivo signs them."""

import itertools
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from calls.models import Call
from calls.services import place
from integrations.models import Connection
from integrations.plivo import addresses, webhook
from integrations.sandbox import server
from tests.servers import pointed_at, vendor_variables
from tests.world import fiction

AGENTS_PHONE, CALLER_ID = "+12125550130", "+12125550199"
A_LEG, B_LEG = "a1b2c3d4-0000-4000-8000-00000000000a", "a1b2c3d4-0000-4000-8000-00000000000b"
_nonces = itertools.count(1)


@pytest.fixture
def plivo(db):
    row = Connection.objects.get_or_create(vendor="plivo")[0]
    Connection.objects.filter(pk=row.pk).update(caller_ids=[CALLER_ID])
    row.refresh_from_db()
    return row


@pytest.fixture
def agent(world, plivo):
    """The agent with a phone of their own, which is picked up after two seconds."""
    world.agent.phone = AGENTS_PHONE
    world.agent.save()
    return world.agent


@pytest.fixture
def vendors(live, settings):
    """The vendors with a clock that only `advance` moves; their hooks come to `live` when it does."""
    settings.VENDOR_RATES, now = {}, timezone.now()
    variables = {**vendor_variables(settings.VENDORS), "PUBLIC_URL": live.url}
    with server.start(clock=lambda: now, env=variables) as running:
        settings.VENDORS = pointed_at(running.url, settings.VENDORS)
        yield running


@pytest.fixture
def dial(agent, vendors):
    """`dial(60)` places a call through Plivo to the number that ends so."""

    def go(last_two, who=None):
        return place(who or agent, intent=f"dial-{next(_nonces)}", provider="plivo", to=fiction(last_two))

    return go


def hook(call, which, fields, nonce=None, token=None, reference=None, signed=None):
    """A callback of Plivo's about a call, signed; the answer."""
    path = f"/hooks/plivo/{reference or call.uuid.hex}/{which}/"
    nonce = nonce or f"nonce-{next(_nonces)}"
    token = token or Connection.objects.of("plivo").values["auth_token"]
    said = {name: [value] for name, value in (signed or fields).items()}
    signature = webhook.signature("POST", addresses.public_url(path), said, nonce, token).decode()
    headers = {"X-Plivo-Signature-V3": signature, webhook.NONCE_HEADER: nonce}
    return Client().post(path, urlencode(fields), content_type="application/x-www-form-urlencoded", headers=headers)


def ring(call, **more):
    return hook(call, "ring", about("Ring", "ringing") | more)


def answer(call, **more):
    return hook(call, "answer", about("StartApp", "in-progress") | more)


def hangup(call, status="completed", **more):
    fields = about("Hangup", status) | {"Duration": "30", "HangupCauseCode": "4000", "HangupCauseName": "Normal Hangup"}
    return hook(call, "hangup", fields | {"HangupSource": "Caller"} | more)


def customer(call, action, **more):
    fields = {
        "CallUUID": A_LEG,
        "DialALegUUID": A_LEG,
        "DialBLegUUID": B_LEG,
        "DialAction": action,
        "DialBLegStatus": action,
        "Event": f"Dial{action.title()}",
    }
    return hook(call, "customer", fields | more)


def dialled(call, status, **more):
    fields = {"CallUUID": A_LEG, "DialALegUUID": A_LEG, "DialBLegUUID": "", "DialStatus": status}
    return hook(call, "dialled", fields | more)


def about(event, status):
    return {
        "CallUUID": A_LEG,
        "RequestUUID": A_LEG,
        "CallStatus": status,
        "Direction": "outbound",
        "Event": event,
        "From": CALLER_ID.lstrip("+"),
        "To": AGENTS_PHONE.lstrip("+"),
    }


def fresh(call):
    return Call.objects.get(pk=call.pk)
