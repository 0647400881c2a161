"""What crosses the wire, in plain frozen dataclasses. No model, no Call, no Rating.

Apps on the right fill these in and read them; vendor packages turn them into HTTP and back.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Answer:
    """One finished exchange. `body` is parsed JSON or None; `text` the first 20,000 characters."""

    status: int
    headers: dict
    body: object
    text: str
    request_id: str
    duration_ms: int


@dataclass(frozen=True)
class Delivered:
    """The vendor has it. `note` is a warning worth showing ("accepted, partial")."""

    status: int
    words: str = ""
    vendor_ref: str = ""
    note: str = ""
    request_id: str = ""
    duration_ms: int | None = None
    learned: dict = field(default_factory=dict)  # remembered on the connection ("spelling": "422")


@dataclass(frozen=True)
class CallFeedback:
    """Quality of a call for its carrier. Rating 1 to 5; issues needed below 5 (plivo_call_feedback.txt)."""

    call_uuid: str
    rating: Decimal
    issues: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True)
class PhoneFeedback:
    """What a live call told about a number (trestle_phone_feedback.txt). Phone in E.164."""

    response_id: str
    phone: str
    phone_status: str  # "connected" | "disconnected"
    right_party: bool
    name: str = ""


@dataclass(frozen=True)
class CustomerFlags:
    """CCAI's reserved data properties of a call; None leaves one as it is (ccai_calls.txt, customer_flag)."""

    call_id: str
    verified_customer: bool | None = None
    bad_actor: bool | None = None
    repeat_customer: bool | None = None


@dataclass(frozen=True)
class OutboundCall:
    """A call to place. Number in E.164; a ticket wins over a number; empty caller id = the vendor's default."""

    agent_email: str
    end_user_number: str = ""
    ticket_id: str = ""
    outbound_number: str = ""
    lang: str = "en"


@dataclass(frozen=True)
class PlacedCall:
    """The vendor's answer to a dial. No `vendor_id`: accepted, and the agent must act in the adapter."""

    vendor_id: str
    report: "CallReport | None"
    status: int
    request_id: str = ""
    words: str = ""
    outbound_number: str = ""


@dataclass(frozen=True)
class CallReport:
    """One sight of a call at the vendor. Times are aware; durations whole seconds; None = not reported.

    `status` is the vendor's word, normalised only in case and spaces; unknown words are kept.
    `fail_reason` is "" for the vendor's "nothing"; `disconnected_by` is without its prefix ("end_user").
    """

    vendor_id: str
    status: str
    at: datetime | None = None  # when the vendor says this was true (updated_at, a stamp), never arrival
    call_type: str = ""
    created_at: datetime | None = None
    queued_at: datetime | None = None
    assigned_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    wait_seconds: int | None = None
    talk_seconds: int | None = None
    hold_seconds: int | None = None
    agent_id: str = ""
    agent_name: str = ""
    outbound_number: str = ""
    out_ticket_id: str = ""
    out_contact_id: str = ""
    parent_id: str = ""
    fail_reason: str = ""
    disconnected_by: str = ""
    raw: dict = field(default_factory=dict)


@dataclass(frozen=True)
class AgentReport:
    """A person who takes calls at the vendor. `availability` is the tenant's word ("Available", "In-call")."""

    vendor_id: str
    email: str
    name: str
    availability: str
    raw: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Hangup:
    """A carrier's hangup report. Numbers as `+digits`; `started_at` aware (UTC at Plivo)."""

    call_uuid: str
    from_number: str
    to_number: str
    status: str
    started_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    cause_code: str
    cause: str
    source: str
    raw: dict = field(default_factory=dict)


@dataclass(frozen=True)
class PhoneLookup:
    """What a number-intelligence vendor knows. `response_id` only where one was found (never invented)."""

    phone: str
    response_id: str
    is_valid: bool | None
    activity_score: int | None  # 0-100: 70 and more likely connected, 30 and less likely not
    line_type: str
    carrier: str
    warnings: tuple[str, ...]
    raw: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """The result of a connection's test: one harmless request, in words."""

    ok: bool
    sentence: str
    words: str = ""
