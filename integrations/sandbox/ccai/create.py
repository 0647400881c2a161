"""`POST /apps/api/v1/calls`: the call is kept, with all it will become, before the answer goes out."""

import uuid
from datetime import timedelta

from integrations.sandbox import plivo
from integrations.sandbox.ccai import dnc, events, objects, people
from integrations.sandbox.ccai.asked import Refused, read
from integrations.sandbox.clock import iso, parse
from integrations.sandbox.life import after
from integrations.sandbox.script import ENDINGS, believable, digits_of
from integrations.sandbox.wire import answer, json_body

# Ids begin at the seconds since this moment, so that a sandbox whose state was thrown away
# does not reuse the ids that our database still holds.
_FIRST_IDS = 1_700_000_000
# Before an agent has an incoming or a scheduled call it stands in the queue this long (seconds).
_QUEUE = ((0, "queued"),)
_QUEUED_FOR = 2


def create(world, request):
    """Answers 201, 200, 202 or a printed 400; some endings lose the answer."""
    body = json_body(request)
    try:
        asked = read(body if isinstance(body, dict) else {}, world.now())
        _refuse_listed(world, asked)
    except Refused as refused:
        return answer({"message": str(refused)}, 400)
    ending = ENDINGS[digits_of(asked.number)]
    call = accept(world, asked, ending) if ending.appears_after is not None else None
    return _ANSWERS[ending.answer](world, body, call)


def _refuse_listed(world, asked):
    """The list blocks outbound and scheduled calls; of incoming ones its page says nothing."""
    if asked.kind != "incoming" and dnc.blocks(world, asked.number):
        raise Refused(dnc.REFUSED)


def accept(world, asked, ending):
    """Keep the call, its carrier's records and the hooks owed, in one write; returns the call."""
    begins = after(world.now(), ending.appears_after, world.speed)
    with world.store.together():
        call = _keep(world, asked, ending, begins)
        if ending.recovery is not None:
            _keep_recovery(world, asked, ending, call)
    return call


def _keep(world, asked, ending, created, parent=None, digits=None):
    number = world.store.next("call id", int(world.now().timestamp()) - _FIRST_IDS)
    call = {
        "id": number,
        "call_uuid": str(uuid.uuid4()),
        "kind": asked.kind,
        # A scheduled call is answered as an inbound one: printed so.
        "call_type": "Voice Outbound (API)" if asked.kind == "outbound" else "Voice Inbound (API)",
        "lang": asked.lang,
        "created_at": iso(created),
        "begins_at": asked.scheduled_at or iso(created),
        "speed": world.speed,
        "stages": _stages(asked, ending),
        "ending": digits_of(asked.number) if digits is None else digits,
        "number": asked.number,
        "ticket": asked.ticket,
        "agent": asked.agent or f"agent@{people.DOMAINS[0]}",
        "end_user": _end_user(asked),
        "outbound_number": asked.outbound_number,
        "menu_id": asked.menu_id,
        "parent_id": parent or asked.parent_id,
        "scheduled_at": asked.scheduled_at,
        "participants": [2 * number, 2 * number + 1],
        "flags": objects.NO_FLAGS,
        "flags_at": None,
    }
    life = objects.life_of(call)
    call["settles_at"] = iso(life[-1][1])
    world.store.put("call", number, call)
    plivo.carry(world, call, ending, life)
    events.owe(world, call, life)
    return call


def _stages(asked, ending):
    if asked.kind == "outbound":
        return ending.stages
    return _QUEUE + tuple((seconds + _QUEUED_FOR, status) for seconds, status in ending.stages)


def _end_user(asked):
    """Outbound by number: none, as printed. By ticket its contact; incoming by number the printed one."""
    if asked.ticket:
        contact = people.TICKETS[asked.ticket]
        return {"id": contact["end_user_id"], "identifier": None, "out_contact_id": contact["out_contact_id"]}
    if asked.kind == "outbound":
        return None
    return {"id": 75, "identifier": None, "out_contact_id": "389391400633"}


def _keep_recovery(world, asked, ending, parent):
    """The call back: a child that ends well, dialled from the same number."""
    begins = parse(parent["begins_at"]) + timedelta(seconds=ending.recovery / world.speed)
    _keep(world, asked, believable(30), begins, parent=parent["id"], digits=30)


def _created(world, body, call):
    shown = objects.call_object(call, world.now())
    if call["kind"] == "scheduled":
        shown["status"] = "queued"  # as printed; the Manager API says scheduled
    return answer(shown, 201)


def _array(world, body, call):
    return answer([objects.call_object(call, world.now())], 201)


def _misprints(world, body, call):
    shown = objects.call_object(call, world.now())
    shown["voicemail_reaso"] = shown.pop("voicemail_reason")
    return answer(shown | {"deflection": "n_deflection"}, 201)


def _echo(world, body, call):
    return answer(body, 200)


def _empty(world, body, call):
    return answer(None, 202)


def _broken(kind, placed=True):
    def respond(world, body, call):
        response = _created(world, body, call) if placed else answer(None, 202)
        response.fault = {"kind": kind, "seconds": 30}  # longer than any client should wait
        return response

    return respond


_ANSWERS = {
    "created": _created,
    "array": _array,
    "misprints": _misprints,
    "echo": _echo,
    "empty": _empty,
    "lost": _broken("reset"),
    "silent": _broken("hang"),
    "refused": _broken("reset", placed=False),
}
