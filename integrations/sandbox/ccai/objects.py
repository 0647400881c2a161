"""The printed call object, from a kept call and the time now."""

from integrations.sandbox import life as lives
from integrations.sandbox.ccai import people
from integrations.sandbox.clock import iso, parse
from integrations.sandbox.script import ENDINGS

_FLAGS = ("verified_customer", "bad_actor", "repeat_customer")
NO_FLAGS = dict.fromkeys(_FLAGS, False)


def life_of(call):
    """Every stage of a kept call as (status, moment), reached or not."""
    begins = parse(call["begins_at"])
    life = lives.schedule(call["stages"], begins, call["speed"])
    if call["kind"] == "scheduled":
        life.insert(0, ("scheduled", parse(call["created_at"])))
    return life


def ended_at(call):
    """When the conversation ends, or None when it never does."""
    return lives.end_of(life_of(call))


def updated_at(call, now):
    """The latest change of the call that has happened by `now`."""
    moments = [moment for _, moment in lives.reached(life_of(call), now)] or [parse(call["created_at"])]
    if call["flags_at"]:
        moments.append(parse(call["flags_at"]))
    return max(moments)


def call_object(call, now):
    """The call as POST and the Manager API answer it at `now`."""
    past = lives.reached(life_of(call), now)
    end = ended_at(call)
    end = end if end and end <= now else None
    return _head(call, past, end, now) | _middle(call, past, end) | _tail(call, past, end, now)


def _head(call, past, end, now):
    connected = lives.moment_of(past, "connected", "action_only")
    head = {
        "id": call["id"],
        "lang": call["lang"],
        "call_type": call["call_type"],
        "status": past[-1][0] if past else "assigned",
        "created_at": call["created_at"],
        "queued_at": iso(lives.moment_of(past, "queued")),
        "assigned_at": iso(lives.moment_of(past, "assigned")),
        "connected_at": iso(connected),
        "ends_at": iso(end),
        "scheduled_at": call["scheduled_at"],
        "wait_duration": _seconds(call, connected),
        "call_duration": int(((end or now) - connected).total_seconds()) if connected else 0,
        "hold_duration": 0,
        "rating": None,
        "has_feedback": False,
    }
    if call["parent_id"]:
        head["parent_id"] = call["parent_id"]
    if call["kind"] == "outbound":  # the other two kinds are printed without this key
        head["voip_provider"] = "voip_provider_twilio"
    return head


def _seconds(call, connected):
    return int((connected - parse(call["created_at"])).total_seconds()) if connected else 0


def _middle(call, past, end):
    ending = ENDINGS[call["ending"]]
    menu = call["menu_id"]
    return {
        "out_ticket_id": call["ticket"],
        "out_ticket_url": None,
        "verified": call["flags"]["verified_customer"],
        "recording_url": None,
        "recording_permission": "not_asked",
        "voicemail_reason": "not_voicemail",
        "deflection": ending.deflection if lives.moment_of(past, "deflected") else "no_deflection",
        "disconnected_by": ending.disconnected_by if end else "disconnected_by_unknown",
        "fail_reason": _fail_reason(ending, past),
        "fail_details": None,
        "support_number": None,
        "selected_menu": people.menu(menu) if menu else None,
        "menu_path": _menu_path(menu) if menu else None,
        "agent_info": people.agent_info(call["agent"]) if lives.moment_of(past, "assigned") else None,
        "end_user": call["end_user"],
    }


def _fail_reason(ending, past):
    return ending.fail_reason if lives.moment_of(past, "failed") else "nothing"


def _menu_path(menu):
    return {"items_count": 1, "name": people.MENUS[menu][0], "materialized_path": str(menu)}


def _tail(call, past, end, now):
    ending = ENDINGS[call["ending"]]
    return {
        "photos": [],
        "videos": [],
        "transfers": [],
        "deflection_details": [],
        "participants": _participants(call, past, end, now, ending),
        "offer_type": None if call["kind"] == "outbound" else "cascade",
        "offer_events": [] if call["kind"] == "outbound" else [_offer(call)],
        "answer_type": "manual",
        "outbound_number": call["outbound_number"],
    } | (ending.extra if lives.moment_of(past, "connected") else {})


def _offer(call):
    return {"casting_time": call["created_at"], "group": "Group 1"}


def _participants(call, past, end, now, ending):
    first, second = call["participants"]
    connected = lives.moment_of(past, "connected", "action_only")
    common = {
        "call_id": call["id"],
        "status": "connected" if connected else "waiting",
        "call_duration": int(((end or now) - connected).total_seconds()) if connected else None,
        "hold_duration": 0 if connected else None,
        "connected_at": iso(connected),
        "ended_at": iso(end),
    }
    reason = _fail_reason(ending, past)
    end_user = {
        "id": second,
        "type": "end_user",
        "user_id": None,
        "end_user_id": call["end_user"]["id"] if call["end_user"] else None,
        "fail_reason": reason if reason.startswith("eu_") else "nothing",
    }
    if not lives.moment_of(past, "assigned"):
        return [common | end_user]
    agent = {
        "id": first,
        "type": "agent",
        "user_id": people.agent(call["agent"])[0],
        "end_user_id": None,
        "fail_reason": reason if reason.startswith("ag_") else "nothing",
    }
    return [common | agent, common | end_user]


def manager_object(call, now):
    """The call as the Manager API lists it: the same object and the keys its page adds."""
    queued, shown = lives.moment_of(life_of(call), "queued"), call_object(call, now)
    waited = lives.moment_of(life_of(call), "assigned")
    return shown | {
        "call_uuid": call["call_uuid"],
        "updated_at": iso(updated_at(call, now)),
        "queue_duration": int((waited - queued).total_seconds()) if queued and waited and waited <= now else 0,
        "finish_reason": "no_reason",
    }
