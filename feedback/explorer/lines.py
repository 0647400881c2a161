"""The lines of the calls list, read as values: six rows of tables made for each of fifty lines were half of the time
that the page takes."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from calls import whom
from calls.choices import WRAPPABLE, CallStatus
from calls.models import DATED, Call
from feedback.choices import Outcome
from feedback.models import RatingLeg
from integrations import chips
from integrations.choices import DeliveryState

# Which tone of a call's status is which tone of a badge, and its icon.
TONES = {
    "busy": ("info", "phone"),
    "wait": ("warn", "clock"),
    "good": ("good", "check"),
    "bad": ("bad", "circle-alert"),
}
QUIET = ("", "phone-off")
READ = {
    "customer_is": "customer__name",
    "e164": "number__e164",
    "agent_is": "agent__name",
    "agent_mail": "agent__email",
    "location_is": "location__name",
    "outcome": "rating__outcome",
    "quality": "rating__quality",
}
OWN = ("pk", "status", "ticket_id", "talk_seconds", "wrap_up_due_at")


@dataclass(frozen=True, slots=True)
class Line:
    """What the list says of one call. `at` is an aware time in the reader's zone, `sent` a Sent or None, `quality`
    a Decimal or None, `talk_seconds` whole seconds or None, `finish` where a wrap-up that waits is done; words are ""
    where there is nothing to say."""

    pk: int
    href: str
    who: str
    status: str
    tone: str
    icon: str
    outcome: str
    finish: str
    quality: object
    agent: str
    location: str
    sent: object
    talk_seconds: int | None
    at: datetime
    when: str


@dataclass(frozen=True)
class Sent:
    """How the legs of a rating stand, all in one word."""

    label: str
    tone: str
    icon: str


# The first that holds of any leg.
SENT = {
    DeliveryState.PARKED: Sent("Needs a person", "bad", "triangle-alert"),
    DeliveryState.PENDING: Sent("Waiting", "warn", "clock"),
    DeliveryState.DELIVERED: Sent("Delivered", "good", "check"),
}


def lines(keys, by="dated"):
    """A Line for each of these keys of calls that is there still, in their order. `by`: "dated" or "created_at",
    which of its times is shown. Two queries."""
    named = {name: F(column) for name, column in READ.items()} | {"at": DATED if by == "dated" else F(by)}
    rows = {row["pk"]: row for row in Call.objects.filter(pk__in=keys).values(*OWN, **named)}
    sent, addresses = _sent(keys), [reverse(name, args=[0]) for name in ("calls:detail", "feedback:wrap_up")]
    here, today = timezone.get_current_timezone(), timezone.localdate()
    return [
        _line(row, sent.get(row["pk"]), addresses, row["at"].astimezone(here), today)
        for row in (rows[key] for key in keys if key in rows)
    ]


def _sent(keys):
    """key of a call → Sent, of those whose present revision had something to send."""
    legs = RatingLeg.objects.filter(rating__call__in=keys, revision=F("rating__revision"))
    found = {}
    for key, state in legs.values_list("rating__call", "delivery__state"):
        found.setdefault(key, set()).add(state)
    return {key: next((SENT[one] for one in SENT if one in states), None) for key, states in found.items()}


def _line(row, sent, addresses, at, today):
    status = CallStatus(row["status"])
    href, finish = (address.replace("0", str(row["pk"])) for address in addresses)
    is_unfinished = not row["outcome"] and status in WRAPPABLE and row["wrap_up_due_at"] is not None
    tone, icon = TONES.get(status.tone, QUIET)
    return Line(
        pk=row["pk"],
        href=href,
        who=whom.words(row["customer_is"], row["e164"], row["ticket_id"]),
        status=status.label,
        tone=tone,
        icon=icon,
        outcome=Outcome(row["outcome"]).label if row["outcome"] else "",
        finish=finish if is_unfinished else "",
        quality=row["quality"],
        agent=row["agent_is"] or row["agent_mail"] or "",
        location=row["location_is"] or "",
        sent=sent,
        talk_seconds=row["talk_seconds"],
        at=at,
        when=chips.clock_words(at, today),
    )
