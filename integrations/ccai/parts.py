"""The parts inside a call object, each as its own dataclass: people, menus, transfers, links. Nothing here raises."""

from dataclasses import dataclass
from datetime import datetime

from integrations import reading
from integrations.ccai import words
from integrations.text import web_address


@dataclass(frozen=True)
class Link:
    """Something that lies elsewhere. `url` only where a browser may be sent there; `text` as CCAI wrote it."""

    url: str
    text: str
    label: str = ""


@dataclass(frozen=True)
class Person:
    """An agent: CCAI's id, the whole name, their number at CCAI."""

    vendor_id: str
    name: str
    number: str = ""


@dataclass(frozen=True)
class Menu:
    """What the customer chose. `path` names the menus above it too; `message` is what they were told."""

    vendor_id: str
    name: str
    path: str
    kind: str = ""
    message: str = ""


@dataclass(frozen=True)
class Participant:
    """One side of the call. `who` is a name or an id at CCAI; times aware, durations whole seconds."""

    part: str
    who: str
    status: str
    talk_seconds: int | None = None
    hold_seconds: int | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    fail_reason: str = ""


@dataclass(frozen=True)
class Transfer:
    """From whom or where to whom or where; a menu's path, an agent, either may be missing."""

    status: str
    at: datetime | None
    from_menu: str
    to_menu: str
    from_agent: Person | None
    to_agent: Person | None
    fail_reason: str = ""


@dataclass(frozen=True)
class Offer:
    """When the call was offered to a group of agents."""

    at: datetime | None
    group: str


def link(value, label=""):
    """A Link from an address, None from none. Only http and https are addresses one may be sent to."""
    text = reading.text(value, 2000)
    return Link(web_address(text), text, label) if text else None


def links(rows, kind_key=""):
    """The Links of photos or videos."""
    found = (link(row.get("url"), reading.text(row.get(kind_key))) for row in _rows(rows))
    return tuple(one for one in found if one)


def person(value):
    """A Person from agent_info, or None. Virtual agents have an alias instead of names."""
    row = reading.mapping(value)
    parts = (reading.text(row.get("first_name")), reading.text(row.get("last_name")))
    name = reading.text(row.get("name")) or " ".join(filter(None, parts)) or reading.text(row.get("va_alias"))
    number = reading.text(row.get("agent_number"), 40)
    return Person(reading.text(row.get("id"), 64), name, number) if row else None


def menu(chosen, path):
    """A Menu from selected_menu and menu_path, None where both are missing."""
    row, names = reading.mapping(chosen), _path(path)
    if not (row or names):
        return None
    name = reading.text(row.get("name")) or names
    kind = words.said(words.MENU_TYPES, reading.text(row.get("menu_type")))
    message = reading.text(row.get("output_msg"), 1000)
    return Menu(reading.text(row.get("id"), 64), name, names or name, kind, message)


def _path(value):
    return reading.text(reading.mapping(value).get("name"), 500)


def participants(rows, agent, zone):
    """Everybody who was on the call; `agent` (a Person) lends its name to the participant with its id."""
    return tuple(_participant(row, agent, zone) for row in _rows(rows))


def _participant(row, agent, zone):
    return Participant(
        part=words.said(words.PARTS, reading.text(row.get("type"))),
        who=_who(row, agent),
        status=reading.text(row.get("status")),
        talk_seconds=reading.whole(row.get("call_duration")),
        hold_seconds=reading.whole(row.get("hold_duration")),
        connected_at=reading.moment(row.get("connected_at"), zone),
        ended_at=reading.moment(row.get("ended_at"), zone),
        fail_reason=words.said(words.FAIL_REASONS, reading.text(row.get("fail_reason"))),
    )


def _who(row, agent):
    """Both ids where both are there: a name outweighs the agent's."""
    user, end_user = reading.text(row.get("user_id"), 64), reading.text(row.get("end_user_id"), 64)
    if agent and user and agent.vendor_id == user:
        user = agent.name or user
    return ", ".join(filter(None, (user, end_user)))


def transfers(rows, zone):
    """Every hand-over of the call, in CCAI's order."""
    return tuple(
        Transfer(
            status=reading.text(row.get("status")),
            at=reading.moment(row.get("created_at"), zone),
            from_menu=_path(row.get("from_menu")),
            to_menu=_path(row.get("to_menu")),
            from_agent=person(row.get("from_agent")),
            to_agent=person(row.get("to_agent")),
            fail_reason=words.said(words.FAIL_REASONS, reading.text(row.get("fail_reason"))),
        )
        for row in _rows(rows)
    )


def offers(rows, zone):
    """To which groups the call was offered, and when."""
    return tuple(
        Offer(reading.moment(row.get("casting_time"), zone), reading.text(row.get("group"))) for row in _rows(rows)
    )


def _rows(value):
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
