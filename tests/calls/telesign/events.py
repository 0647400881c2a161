"""TeleSign's events as a test tells them: signed, through the hook, answered with a command."""

import json

from django.conf import settings
from django.test import Client

from integrations.telesign import webhook

REFERENCE = "0123456789abcdef0123456789abcdef"
CREATED, ANSWERED, ENDED = "2026-11-26T09:00:00.000", "2026-11-26T09:00:05.000", "2026-11-26T09:00:35.000"


def tell(event, reference_id=REFERENCE, **data):
    """Posts an event; gives the command it is answered with as (method, params)."""
    raw = json.dumps({"event": event, "reference_id": reference_id, "data": data}).encode()
    signature = webhook.signature(raw, settings.VENDORS["telesign"]["hook_key"]).decode()
    headers = {"X-TS-Authorization": signature}
    answer = Client().post("/hooks/telesign/", raw, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    command = answer.json()
    assert command["jsonrpc"] == "2.0"
    return command["method"], command["params"]


def over(answered=ANSWERED, status="hangup", created=CREATED, ended=ENDED, **more):
    """The data of `call_completed`."""
    times = {"created_on_utc": created, "answered_on_utc": answered, "ended_on_utc": ended}
    return {"duration": 35, **times, "status": status, "audio_recording_file_name": None, **more}
