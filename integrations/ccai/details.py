"""The whole call object for people (ccai_calls.txt, Call object): every useful key of it, in plain words.

`of(raw)` takes whatever CCAI sent and never raises: what is missing or odd is "", None or an empty tuple. What is
not shown, and why, stands in NOT_SHOWN; a test walks the printed sample and holds both.
"""

from dataclasses import dataclass
from datetime import datetime

from integrations import reading
from integrations.ccai import words
from integrations.ccai.parts import (
    Link,
    Menu,
    Offer,
    Participant,
    Person,
    Transfer,
    link,
    links,
    menu,
    offers,
    participants,
    person,
    transfers,
)

_SAME_NAME = "part of the whole name"
_ELSEWHERE = "a picture on another host, which we do not load"
_ROUTE = "the same way in ids; the names are shown"
NOT_SHOWN = {
    "selected_menu.parent_id": "the path names the menus above it",
    "selected_menu.position": "where it stands in the tenant's list today",
    "selected_menu.deleted": "the menu's state today, not the call's",
    "selected_menu.hidden": "the menu's state today, not the call's",
    "menu_path.items_count": _ROUTE,
    "menu_path.materialized_path": _ROUTE,
    "transfers.from_menu.items_count": _ROUTE,
    "transfers.from_menu.materialized_path": _ROUTE,
    "transfers.to_menu.items_count": _ROUTE,
    "transfers.to_menu.materialized_path": _ROUTE,
    "photos.id": "the link leads to it",
    "videos.id": "the link leads to it",
    "transfers.id": "names nothing a person could look up",
    "participants.id": "names nothing a person could look up",
    "participants.call_id": "the call's own id",
    **{
        f"{who}.{key}": why
        for who in ("agent_info", "transfers.from_agent", "transfers.to_agent")
        for key, why in (("first_name", _SAME_NAME), ("last_name", _SAME_NAME), ("avatar_url", _ELSEWHERE))
    },
}
# Kept and read elsewhere, or not of interest; every other key is one that CCAI has added since.
_KNOWN = frozenset(
    {
        *("id", "call_uuid", "parent_id", "lang", "call_type", "status", "sub_status", "updated_at", "created_at"),
        *("queued_at", "assigned_at", "connected_at", "ends_at", "scheduled_at", "wait_duration", "queue_duration"),
        *("call_duration", "hold_duration", "rating", "has_feedback", "voip_provider", "out_ticket_id"),
        *("out_ticket_url", "verified", "recording_url", "recording_permission", "voicemail_reason", "deflection"),
        *("deflection_details", "disconnected_by", "fail_details", "fail_reason", "finish_reason"),
        *("adapter_fail_code", "adapter_fail_message", "support_number", "outbound_number", "selected_menu"),
        *("menu_path", "agent_info", "end_user", "photos", "videos", "transfers", "participants", "offer_type"),
        *("offer_events", "answer_type"),
        "voicemail_reaso",  # a misprint of the page
    }
)
_TIMES = (
    ("created_at", "Created"),
    ("scheduled_at", "Scheduled for"),
    ("queued_at", "In the queue"),
    ("assigned_at", "Assigned"),
    ("connected_at", "Connected"),
    ("ends_at", "Ended"),
)


@dataclass(frozen=True)
class Customer:
    """Whom CCAI takes the caller for. `identifier` is the tenant's own id of them, `contact_id` the CRM's."""

    vendor_id: str = ""
    identifier: str = ""
    contact_id: str = ""


@dataclass(frozen=True)
class CallDetails:
    """One call at CCAI, ready to be shown. Texts are "" and numbers None where CCAI tells nothing.

    times        ((label, aware datetime), …) in the order of a call's life, only those that are there
    ..._seconds  whole seconds; wait is the time in the queue
    rating       the vendor's own, of its own survey: None unless has_feedback says that there is one
    menu         what was chosen, `menu.path` with the menus above it
    links        recording_url, ticket_url, photos, videos: Links, whose `url` is "" unless it is http(s)
    unknown      names of keys that nobody here knows; they are kept in the call's raw object
    """

    vendor_id: str = ""
    uuid: str = ""
    parent_id: str = ""
    call_type: str = ""
    status: str = ""
    sub_status: str = ""
    language: str = ""
    times: tuple[tuple[str, datetime], ...] = ()
    wait_seconds: int | None = None
    talk_seconds: int | None = None
    hold_seconds: int | None = None
    agent: Person | None = None
    customer: Customer | None = None
    is_verified: bool | None = None
    support_number: str = ""
    outbound_number: str = ""
    carrier: str = ""
    ticket_id: str = ""
    ticket: Link | None = None
    menu: Menu | None = None
    participants: tuple[Participant, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    offer_type: str = ""
    offers: tuple[Offer, ...] = ()
    answer_type: str = ""
    recording: Link | None = None
    recording_permission: str = ""
    photos: tuple[Link, ...] = ()
    videos: tuple[Link, ...] = ()
    voicemail_reason: str = ""
    deflection: str = ""
    deflection_details: tuple[str, ...] = ()
    fail_reason: str = ""
    fail_details: str = ""
    hung_up_by: str = ""
    finish_reason: str = ""
    rating: int | None = None
    has_feedback: bool = False
    unknown: tuple[str, ...] = ()


def of(raw, zone="UTC"):
    """The CallDetails of a call object (or an array of one). `zone` is for stamps that carry none. Never raises."""
    row = reading.mapping(raw[0] if isinstance(raw, list) and raw else raw)
    text = _texts(row)
    agent = person(row.get("agent_info"))
    return CallDetails(
        vendor_id=text("id"),
        uuid=text("call_uuid"),
        parent_id=text("parent_id"),
        call_type=text("call_type"),
        status=text("status"),
        sub_status=text("sub_status"),
        language=text("lang"),
        times=_times(row, zone),
        wait_seconds=reading.whole(row.get("queue_duration", row.get("wait_duration"))),  # the first replaces it
        talk_seconds=reading.whole(row.get("call_duration")),
        hold_seconds=reading.whole(row.get("hold_duration")),
        agent=agent,
        customer=_customer(row.get("end_user")),
        is_verified=reading.truth(row.get("verified")),
        support_number=text("support_number"),
        outbound_number=text("outbound_number"),
        carrier=words.said(words.CARRIERS, text("voip_provider"), "voip_provider_"),
        ticket_id=text("out_ticket_id"),
        ticket=link(row.get("out_ticket_url")),
        menu=menu(row.get("selected_menu"), row.get("menu_path")),
        participants=participants(row.get("participants"), agent, zone),
        transfers=transfers(row.get("transfers"), zone),
        offer_type=text("offer_type"),
        offers=offers(row.get("offer_events"), zone),
        answer_type=text("answer_type"),
        photos=links(row.get("photos"), "photo_type"),
        videos=links(row.get("videos")),
        unknown=tuple(sorted(key for key in row if key not in _KNOWN)),
        **_recording(row, text),
        **_endings(row, text),
        **_feedback(row),
    )


def _texts(row):
    """`text(key)`: the row's value as text, "" for what is none."""
    return lambda key: reading.text(row.get(key), 500)


def _times(row, zone):
    found = ((label, reading.moment(row.get(key), zone)) for key, label in _TIMES)
    return tuple((label, at) for label, at in found if at)


def _customer(value):
    row = reading.mapping(value)
    text = _texts(row)
    return Customer(text("id"), text("identifier"), text("out_contact_id")) if row else None


def _recording(row, text):
    permission = text("recording_permission")
    return {
        "recording": link(row.get("recording_url")),
        "recording_permission": words.said(words.RECORDING, permission, "recording_permission_"),
    }


def _endings(row, text):
    """Why and by whom it ended, and where it went instead."""
    details = [text("fail_details"), text("adapter_fail_code"), text("adapter_fail_message")]
    finish = text("finish_reason")
    return {
        "voicemail_reason": words.said(words.VOICEMAIL_REASONS, text("voicemail_reason")),
        "deflection": words.said(words.DEFLECTIONS, text("deflection")),
        "deflection_details": _told(row.get("deflection_details")),
        "fail_reason": words.said(words.FAIL_REASONS, text("fail_reason")),
        "fail_details": " ".join(filter(None, details)),
        "hung_up_by": words.said(words.HUNG_UP, text("disconnected_by"), "disconnected_by_"),
        "finish_reason": "" if finish == "no_reason" else finish,
    }


def _told(value):
    """Rows of a form that no page prints: each as "key: value, key: value"."""
    rows = value if isinstance(value, list) else [value]
    told = (", ".join(f"{key}: {reading.text(val)}" for key, val in reading.mapping(row).items()) for row in rows)
    return tuple(filter(None, (line or reading.text(row) for line, row in zip(told, rows, strict=True))))


def _feedback(row):
    """0 beside has_feedback false is no rating."""
    given = reading.truth(row.get("has_feedback")) is True
    return {"has_feedback": given, "rating": reading.whole(row.get("rating")) if given else None}
