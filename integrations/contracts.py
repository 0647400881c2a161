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
    result: dict = field(default_factory=dict, repr=False)  # for the listener, never stored: it may hold secrets


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
class DoNotCallEntry:
    """A number (E.164) for a vendor's own do-not-call list; `is_listed` False takes it off.

    `expires_at` (aware) is when it may be called again; None: never.
    """

    phone: str
    expires_at: datetime | None = None
    is_listed: bool = True


@dataclass(frozen=True)
class ListedNumber:
    """What a vendor did with one number of its list. `sentence` is ours where it was not done, `words` are its own."""

    phone: str
    status: str
    is_done: bool
    sentence: str = ""
    words: str = ""


@dataclass(frozen=True)
class OutboundCall:
    """A call to place. Numbers in E.164; empty caller id = the vendor's default.

    agent_email   who CCAI rings; a ticket wins over a number there
    agent_number  the phone that a carrier joins with the customer's (Plivo, TeleSign)
    reference     our own id of the call, 32 hex digits: part of the addresses a carrier calls back
    """

    agent_email: str = ""
    end_user_number: str = ""
    ticket_id: str = ""
    outbound_number: str = ""
    lang: str = "en"
    agent_number: str = ""
    reference: str = ""


@dataclass(frozen=True)
class IncomingCall:
    """A call CCAI makes to a customer and gives to a menu's queue (ccai_calls.txt, Incoming Call).

    The number is always sent, and where a ticket is given too, CCAI dials the ticket's.
    `recording_permission` is "" for the tenant's own, else not_asked, denied or granted.
    """

    menu_id: str
    end_user_number: str
    ticket_id: str = ""
    outbound_number: str = ""
    lang: str = "en"
    recording_permission: str = ""


@dataclass(frozen=True)
class ScheduledCall:
    """A call CCAI makes at a time (ccai_calls.txt, Scheduled call): by a menu, or as the child of a call of its own.

    `at` is aware and in the future; `parent_id` the vendor's id of that call, with which a menu may be left out.
    """

    at: datetime
    end_user_number: str
    menu_id: str = ""
    parent_id: str = ""
    ticket_id: str = ""
    lang: str = "en"
    recording_permission: str = ""


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
    `end_user_identifier` is what the vendor knows the customer by: a number, an e-mail, an id of the tenant's.
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
    scheduled_at: datetime | None = None
    menu_id: str = ""
    menu_name: str = ""
    end_user_identifier: str = ""
    raw: dict = field(default_factory=dict)


@dataclass(frozen=True)
class SessionEvent:
    """A hint of the vendor's that something happened on a call; never its status.

    call_ids     what the vendor may call it, the likeliest first
    at           when the vendor says, aware; its clock may be wrong
    steps        how far each side is ("agent accepted")
    disposition  what the agent wrote about it at the vendor
    """

    event_id: str
    call_ids: tuple[str, ...]
    at: datetime | None = None
    state: str = ""
    steps: tuple[str, ...] = ()
    number: str = ""
    disposition: str = ""
    raw: dict = field(default_factory=dict)


@dataclass(frozen=True)
class AgentReport:
    """A person who takes calls at the vendor. `availability` is the tenant's word ("Available", "In-call")."""

    vendor_id: str
    email: str
    name: str
    availability: str
    raw: dict = field(default_factory=dict)

    @property
    def is_available(self):
        """Whether a call can be given to them now. Tenants add words of their own; this one is the system's."""
        return self.availability.lower() == "available"


@dataclass(frozen=True)
class MenuReport:
    """A menu of the vendor's, which leads calls to a queue.

    `path` is its name behind its parents' ("Sales / Renewals").
    `menu_type` is the vendor's word ("ivr_menu", "mobile_menu", "web_menu"), "" where it says none.
    """

    vendor_id: str
    name: str
    path: str
    menu_type: str = ""
    parent_id: str = ""
    is_hidden: bool = False
    is_deleted: bool = False
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
class LegReport:
    """One side of a call that a carrier joined from two, as its callback or its record shows it.

    side       "agent" or "customer"
    word       the carrier's for how it is: ringing, in_progress, completed, busy, no_answer, …; "hangup" where
               it ended and nothing says how; "" where nothing is said about it
    call_uuid  this side's own, "" where it is not told; `parent_uuid` the agent's, of a customer's
    Times are aware; seconds whole; `rate` a minute and `amount` in the account's currency, as printed.
    """

    side: str
    word: str
    call_uuid: str = ""
    parent_uuid: str = ""
    request_uuid: str = ""
    from_number: str = ""
    to_number: str = ""
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: int | None = None
    billed_seconds: int | None = None
    rate: Decimal | None = None
    amount: Decimal | None = None
    cause_code: str = ""
    cause: str = ""
    source: str = ""
    raw: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Bridge:
    """Whom an agent who has picked up is joined with: numbers in E.164, `reference` as in OutboundCall."""

    reference: str
    caller_id: str
    number: str


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
