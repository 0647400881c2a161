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
        "parent_call_uuid": leg.get("parent"),
        "resource_uri": f"/v1/Account/{world.credentials.plivo_auth_id}/Call/{leg['call_uuid']}/",
        "to_number": leg["to"],
        "total_amount": f"{0.005 * minutes(leg):.5f}",
        "total_rate": "0.00500",
    }


def _own(world, auth_id):
    return auth_id == world.credentials.plivo_auth_id


def _ended(world):
    return [leg for leg in world.store.all("plivo call") if _has_ended(world, leg)]


def _has_ended(world, leg):
    """A leg made through us ends when the other side does, which is not known from the start."""
    return leg["end"] is not None and leg["end"] <= iso(world.now())


def _is_going_on(world, leg):
    return leg["start"] <= iso(world.now()) and not _has_ended(world, leg)


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
    ended = _has_ended(world, leg)
    if request.args.get("status") == "live":
        return error(404, _MISSING) if ended else answer(_live(world, leg))
    return answer({"api_id": str(uuid.uuid4()), **record(world, leg)}) if ended else error(404, _MISSING)


def _live(world, leg):
    rings = leg["call_id"] is None and (leg["answer"] is None or leg["answer"] > iso(world.now()))
    return {
        "api_id": str(uuid.uuid4()),
        "call_status": "ringing" if rings else "in-progress",
        "call_uuid": leg["call_uuid"],
        "caller_name": "",
        "direction": "outbound",
        "from": leg["from"],
        "request_uuid": leg["call_uuid"],
        "session_start": parse(leg["start"]).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "to": leg["to"],
    }


def calls(world, request, auth_id):
    """Finished calls, newest first, by numbers, end and parent, `limit` (to 20), `offset`; or the ids of live ones."""
    if not _own(world, auth_id):
        return error(404, _MISSING)
    if request.args.get("status") in ("live", "queued"):
        return answer({"api_id": str(uuid.uuid4()), "calls": _going_on(world, request.args["status"])})
    try:
        limit = min(max(1, int(request.args.get("limit", _LIMIT))), _LIMIT)
        offset = max(0, int(request.args.get("offset", 0)))
    except ValueError:
        return error(400, "limit and offset must be whole numbers")
    legs = sorted(_matching(world, request.args), key=lambda leg: leg["end"], reverse=True)
    shown = [record(world, leg) for leg in legs[offset : offset + limit]]
    return answer({"api_id": str(uuid.uuid4()), "meta": _meta(request, len(legs), limit, offset), "objects": shown})


def _going_on(world, status):
    """Only the ids, as Plivo lists them; nothing of this sandbox waits in a queue."""
    legs = [leg for leg in world.store.all("plivo call") if _is_going_on(world, leg)]
    return [leg["call_uuid"] for leg in legs] if status == "live" else []


def _matching(world, args):
    wanted = {key: args[f"{key}_number"].lstrip("+") for key in ("from", "to") if args.get(f"{key}_number")}
    legs = [leg for leg in _ended(world) if all(leg[key].lstrip("+") == number for key, number in wanted.items())]
    if args.get("parent_call_uuid"):
        legs = [leg for leg in legs if leg.get("parent") == args["parent_call_uuid"]]
    if args.get("end_time__gte"):  # in the account's own time, as it prints it
        legs = [leg for leg in legs if local(world, leg["end"]) >= args["end_time__gte"][:19]]
    return legs


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
