"""Reading a `POST calls`: every documented refusal, in the page's own words.

`read(body)` gives what was asked, or raises Refused with the printed message. Errors
are looked for in the order the parameter tables list the parameters; two errors at
once are printed nowhere.
"""

import re
from dataclasses import dataclass

from integrations.sandbox.ccai import people
from integrations.sandbox.clock import iso, parse

KINDS = {
    "Voice Outbound (API)": "outbound",
    "OutboundCall": "outbound",
    "Voice Inbound (API)": "incoming",
    "IncomingCall": "incoming",
    "Voice Scheduled (API)": "scheduled",
    "ScheduledCall": "scheduled",
}


# Later years leave no room for the minutes of a life.
_LAST_YEAR = 9998


class Refused(Exception):
    """A 400 with this message."""


@dataclass(frozen=True)
class Asked:
    """A request that passed: `number` is what will be dialled, in E.164."""

    kind: str
    agent: str | None
    number: str
    ticket: str | None
    outbound_number: str
    lang: str
    menu_id: int | None = None
    parent_id: int | None = None
    scheduled_at: str | None = None


def read(body, now):
    """What `body` (a dict) asks for at `now`. Raises Refused."""
    kind = KINDS.get(body.get("call_type")) if isinstance(body.get("call_type"), str) else None
    if kind is None:
        raise Refused("Invalid call type")
    return _outbound(body) if kind == "outbound" else _for_menu(body, kind, now)


def _outbound(body):
    agent = _agent(body.get("agent_email"))
    if not body.get("ticket_id") and not body.get("end_user_number"):
        raise Refused("ticket_id or end_user_number required")
    ticket, number = _whom(body, "end_user_number is not well-formed")
    lang = _lang(body)
    if agent.startswith("busy"):
        raise Refused("Agent is not available to take this call")
    return Asked("outbound", agent, number, ticket, _outbound_number(body), lang)


def _agent(email):
    if not email:
        raise Refused("Agent email required")
    if not isinstance(email, str) or people.agent(email) is None:
        raise Refused("Not a valid agent email")
    if email.startswith("noaccess"):
        raise Refused("Agent does not have access to make calls")
    return email.strip().lower()


def _whom(body, not_well_formed):
    """The ticket (or None) and the number to dial; a ticket wins over a number."""
    if body.get("ticket_id"):
        ticket = str(body["ticket_id"])
        if ticket not in people.TICKETS:
            raise Refused("Contact not found")
        return ticket, people.TICKETS[ticket]["number"]
    number = e164(body["end_user_number"])
    if number is None:
        raise Refused(not_well_formed)
    return None, number


def e164(text):
    """`+12125550123` from `+1 212-555-0123`; None when it is not well formed.

    The page calls "123123" and "+1 999-657-12" not well formed, "+82-10-6861-2345" well formed.
    """
    if not isinstance(text, str):
        return None
    number = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}", number):
        return number
    return number if re.fullmatch(r"\+[2-9][0-9]{7,14}", number) else None


def _outbound_number(body):
    """As asked, echoed the way it was written; missing or invalid, the tenant's default."""
    asked = body.get("outbound_number")
    return asked if e164(asked) else people.DEFAULT_OUTBOUND


def _lang(body):
    lang = body.get("lang") or "en"
    if lang in people.LANGUAGES_OFF:
        raise Refused(f"Language '{lang}' is not available")
    if lang not in people.LANGUAGES:
        raise Refused(f"Language '{lang}' is not found")
    return lang


def _for_menu(body, kind, now):
    menu = _menu(body, kind)
    if not body.get("end_user_number"):
        raise Refused("end_user_number is required")
    if e164(body["end_user_number"]) is None:
        raise Refused("end_user_number is not well formed")
    ticket, number = _whom(body, "end_user_number is not well formed")
    lang = _lang(body)
    return Asked(
        kind,
        None,
        number,
        ticket,
        _outbound_number(body),
        lang,
        menu,
        body.get("call_id") if kind == "scheduled" else None,
        _scheduled_at(body, now) if kind == "scheduled" else None,
    )


def _menu(body, kind):
    number = body.get("menu_id")
    if number is None and kind == "scheduled" and isinstance(body.get("call_id"), int):
        return 9  # the menu the page's answer shows for a call scheduled by call_id
    if number is None or number == "":
        raise Refused("menu_id is required")
    if isinstance(number, bool) or not str(number).isdecimal():
        raise Refused("menu_id is not well formed")
    if int(number) not in people.MENUS:
        raise Refused(f"menu_id {number} is not found")
    return _open(int(number), kind)


def _open(number, kind):
    _, channel, state = people.MENUS[number]
    permitted = channel in people.PERMITTED[kind] or (kind == "scheduled" and number in people.SCHEDULES_ANYWAY)
    if not permitted:
        who = "IVR and mobile" if kind == "incoming" else "mobile and web"
        raise Refused(f"Only {who} menu IDs are permitted")
    if state == "manual redirection":
        raise Refused("Menu is in 'manual redirection' state, can't accept calls")
    if state == "after hours":
        raise Refused("Menu is in 'after hours' state, can't accept incoming calls")
    return number


def _scheduled_at(body, now):
    """A future moment. The page prints no sentence for a past or unreadable one: the nearest is used."""
    try:
        moment = parse(body.get("scheduled_at") or "")
    except (ValueError, TypeError, AttributeError):
        moment = None
    if moment is None or moment <= now or moment.year > _LAST_YEAR:
        raise Refused("scheduled_at is required")
    return iso(moment)
