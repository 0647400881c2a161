"""`/v1/Account/{auth_id}/…`: the account, and call records in the shape Plivo prints."""

import uuid
from zoneinfo import ZoneInfo

from integrations.sandbox.clock import iso, parse
from integrations.sandbox.plivo.carrier import local, minutes
from integrations.sandbox.plivo.feedback import error
from integrations.sandbox.wire import answer

_LIMIT = 20  # default and cap, as in the official package's checks
_MISSING = "not found"


def _stamp(world, text):
    """`2022-06-28 19:39:05+05:30`: the account's zone, with its offset; None stays None."""
    if text is None:
        return None
    moment = parse(text).astimezone(ZoneInfo(world.setting("plivo_timezone")))
    return local(world, text) + moment.isoformat()[-6:]


def record(world, leg):
    """One finished call."""
    return {
        "answer_time": _stamp(world, leg["answer"]),
        "bill_duration": leg["seconds"],
        "billed_duration": 60 * minutes(leg),
        "call_direction": "outbound",
        "call_duration": leg["seconds"],
        "call_uuid": leg["call_uuid"],
        "end_time": _stamp(world, leg["end"]),
        "from_number": leg["from"],
        "hangup_cause_code": leg["code"],
        "hangup_cause_name": leg["name"],
        "hangup_source": leg["source"],
        "initiation_time": _stamp(world, leg["start"]),
        "parent_call_uuid": None,
        "resource_uri": f"/v1/Account/{world.credentials.plivo_auth_id}/Call/{leg['call_uuid']}/",
        "to_number": leg["to"],
        "total_amount": f"{0.005 * minutes(leg):.5f}",
        "total_rate": "0.00500",
    }


def _own(world, auth_id):
    return auth_id == world.credentials.plivo_auth_id


def _ended(world):
    now = iso(world.now())
    return [leg for leg in world.store.all("plivo call") if leg["end"] <= now]


def account(world, request, auth_id):
    """The account itself: a harmless way to check credentials."""
    if not _own(world, auth_id):
        return error(404, _MISSING)
    return answer(
        {
            "account_type": "standard",
            "api_id": str(uuid.uuid4()),
            "auth_id": auth_id,
            "name": "Demo",
            "cash_credits": "100.00000",
            "timezone": world.setting("plivo_timezone"),
            "resource_uri": f"/v1/Account/{auth_id}/",
        }
    )


def call(world, request, auth_id, number):
    """A finished call's record; with `?status=live` one that is still going on."""
    leg = world.store.get("plivo call", number)
    if leg is None or not _own(world, auth_id):
        return error(404, _MISSING)
    ended = leg["end"] <= iso(world.now())
    if request.args.get("status") == "live":
        return error(404, _MISSING) if ended else answer(_live(leg))
    return answer({"api_id": str(uuid.uuid4()), **record(world, leg)}) if ended else error(404, _MISSING)


def _live(leg):
    return {
        "api_id": str(uuid.uuid4()),
        "call_status": "in-progress",
        "call_uuid": leg["call_uuid"],
        "caller_name": "",
        "direction": "outbound",
        "from": leg["from"],
        "request_uuid": leg["call_uuid"],
        "session_start": parse(leg["start"]).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "to": leg["to"],
    }


def calls(world, request, auth_id):
    """Finished calls, newest first, by `from_number` and `to_number`, `limit` (to 20) and `offset`."""
    if not _own(world, auth_id):
        return error(404, _MISSING)
    try:
        limit = min(max(1, int(request.args.get("limit", _LIMIT))), _LIMIT)
        offset = max(0, int(request.args.get("offset", 0)))
    except ValueError:
        return error(400, "limit and offset must be whole numbers")
    legs = sorted(_matching(world, request.args), key=lambda leg: leg["end"], reverse=True)
    shown = [record(world, leg) for leg in legs[offset : offset + limit]]
    return answer({"api_id": str(uuid.uuid4()), "meta": _meta(request, len(legs), limit, offset), "objects": shown})


def _matching(world, args):
    wanted = {key: args[f"{key}_number"].lstrip("+") for key in ("from", "to") if args.get(f"{key}_number")}
    return [leg for leg in _ended(world) if all(leg[key].lstrip("+") == number for key, number in wanted.items())]


def _meta(request, total, limit, offset):
    def page(start):
        return f"{request.path.removeprefix('/plivo')}?limit={limit}&offset={start}"

    return {
        "limit": limit,
        "next": page(offset + limit) if offset + limit < total else None,
        "offset": offset,
        "previous": page(max(0, offset - limit)) if offset else None,
        "total_count": total,
    }
