"""Plivo as the carrier under a CCAI call: the call's record, and the hangup callback it owes us.

The callback's body has the keys of real ones: `To` without "+", `SessionStart` in UTC,
`StartTime`, `AnswerTime` and `EndTime` local to the account without a zone.
"""

import secrets
import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from integrations.sandbox import life as lives
from integrations.sandbox.clock import iso, parse
from integrations.sandbox.plivo.signature import sign

HOOK_PATH = "/hooks/plivo/"
_LATE = 60  # seconds the late callback comes after the hangup
_RATE = 0.005  # dollars a minute, as in the real bodies
# The second of two calls to one number begins this long after the first (seconds): both are candidates.
_TWIN_AFTER = 3


def carry(world, call, ending, life):
    """Keep the record of the call's leg (two, where the script says so) and owe the callbacks."""
    start, end = lives.moment_of(life, "connecting"), lives.end_of(life)
    if ending.carrier is None or start is None or end is None:
        return
    starts = [start] if ending.hook != "two calls" else [start, start + timedelta(seconds=_TWIN_AFTER)]
    for start in starts:
        leg = _keep(world, call, ending.carrier, start, _answered(life, ending), end)
        _owe(world, leg, ending.hook, end)


def _answered(life, ending):
    return lives.moment_of(life, "connected", "deflected") if ending.carrier.status == "completed" else None


def _keep(world, call, cause, start, answered, end):
    number = str(uuid.uuid4())
    return world.store.put(
        "plivo call",
        number,
        {
            "call_uuid": number,
            "call_id": call["id"],
            "from": "+" + "".join(c for c in call["outbound_number"] if c.isdigit()),
            "to": call["number"].lstrip("+"),
            "start": iso(start),
            "answer": iso(answered),
            "end": iso(end),
            "seconds": int((end - answered).total_seconds()) if answered else 0,
            "status": cause.status,
            "cause": cause.cause,
            "code": cause.code,
            "name": cause.name,
            "source": cause.source,
        },
    )


def _owe(world, leg, how, end):
    due = end + timedelta(seconds=_LATE / world.speed) if how == "late" else end
    for _ in range({"none": 0, "twice": 2}.get(how, 1)):
        world.hooks.plan("plivo", HOOK_PATH, hangup(world, leg), due)


def local(world, text):
    """An ISO moment as the account's local time without a zone; nothing stays empty."""
    if text is None:
        return ""
    zone = ZoneInfo(world.setting("plivo_timezone"))
    return parse(text).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def minutes(leg):
    """Minutes begun, which is what is billed."""
    return -(-leg["seconds"] // 60)


def hangup(world, leg):
    """The form of the hangup callback, all values text, sorted as real ones come."""
    form = {
        "AnswerTime": local(world, leg["answer"]),
        "BillDuration": str(60 * minutes(leg)),
        "BillRate": str(_RATE),
        "CallStatus": leg["status"],
        "CallUUID": leg["call_uuid"],
        "Direction": "outbound",
        "Duration": str(leg["seconds"]),
        "EndTime": local(world, leg["end"]),
        "Event": "Hangup",
        "From": leg["from"],
        "HangupCause": leg["cause"],
        "HangupCauseCode": str(leg["code"]),
        "HangupCauseName": leg["name"],
        "HangupSource": leg["source"],
        "ParentAuthID": world.credentials.plivo_auth_id,
        "RequestUUID": leg["call_uuid"],
        "STIRAttestation": "Not Applicable",
        "STIRVerification": "Not Applicable",
        "SessionStart": parse(leg["start"]).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "StartTime": local(world, leg["start"]),
        "To": leg["to"],
        "TotalCost": f"{_RATE * minutes(leg):.5f}",
    }
    if leg["answer"]:  # real bodies of unanswered calls lack the A leg's ids
        form |= {"ALegRequestUUID": leg["call_uuid"], "ALegUUID": leg["call_uuid"]}
    return form


def sign_hook(world, url, form):
    """The headers a callback carries: V3 signature by the account's token, and its nonce."""
    nonce = secrets.token_hex(10)
    signed = sign("POST", url, form, world.credentials.plivo_auth_token, nonce)
    return {
        "X-Plivo-Signature-V3": signed,
        "X-Plivo-Signature-Ma-V3": signed,
        "X-Plivo-Signature-V3-Nonce": nonce,
    }
