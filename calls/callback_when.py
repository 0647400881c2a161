"""The "when" of a callback's form: chips ("in 1 hour", "tomorrow 10:00"), or a time on the customer's clock.

The wrap-up and the forms of its own read the same fields. Times go round as text: a wish is
{"at": ISO in UTC or None, "owner": "mine" or "anyone", "note": text}.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.functional import cached_property

from calls import clocks
from calls.services.callbacks import ccai_takes_them
from customers import phones

HOUR, TOMORROW, AT, NO = "1h", "tomorrow", "at", "no"
TIMES = (HOUR, TOMORROW, AT)
MINE, ANYONE = "mine", "anyone"
CLOCK = "%Y-%m-%dT%H:%M"
FIELDS = ("callback", "callback_at", "callback_zone", "callback_tomorrow", "callback_owner", "callback_note")
UNREADABLE = "no time"  # what no form takes for one, so that the sentence stands beside the field


@dataclass
class When:
    """What the form shows about a Whom: `typed` is what it holds so far."""

    whom: object
    typed: dict

    @cached_property
    def now(self):
        return timezone.now()

    @cached_property
    def clock(self):
        return clocks.clock_of(self.whom.customer, self.whom.number, self.whom.location)

    @property
    def zone(self):
        """The zone a typed time was meant in, else the one to type in now."""
        typed = self.typed.get("callback_zone", "")
        return typed if phones.zone(typed) else self.clock.zone

    @property
    def tomorrow(self):
        return clocks.tomorrow(self.clock, self.now)

    @cached_property
    def chips(self):
        """Each with value, label, and what it means in words."""
        hour = self._allowed(self.now + clocks.HOUR)
        chosen = self.typed.get("callback", "")
        return [
            {"value": HOUR, "label": "In 1 hour", "checked": chosen == HOUR, "says": hour},
            {"value": TOMORROW, "label": "Tomorrow 10:00", "checked": chosen == TOMORROW, "says": ""},
            {"value": AT, "label": "Another time", "checked": chosen == AT, "says": ""},
        ]

    def _allowed(self, at):
        at, moved = clocks.in_hours(at, self.whom.customer, self.whom.number, self.whom.location)
        return f"That is {clocks.say(at, self.clock.zone)} on {self.clock.whose}. {moved}".strip() if moved else ""

    @property
    def is_none(self):
        return self.typed.get("callback") == NO

    @property
    def at_shown(self):
        """What the field of another time begins with: tomorrow at ten."""
        return self.typed.get("callback_at") or clocks.shown(self.tomorrow, self.zone)

    @property
    def is_mine(self):
        return not self.is_anyones

    @property
    def goes_to_ccai(self):
        """Whether CCAI rings them where it is anyone's."""
        return ccai_takes_them()

    @property
    def note(self):
        return self.typed.get("callback_note", "")

    @property
    def is_anyones(self):
        return self.typed.get("callback_owner") == ANYONE

    @property
    def whose(self):
        return clocks.Clock(self.zone, self.clock.is_theirs, self.clock.certain).whose

    @property
    def tomorrow_says(self):
        """Tomorrow at ten there, on the reader's clock where that shows another time."""
        own = timezone.localtime(self.tomorrow)
        return "" if clocks.shown(self.tomorrow, self.clock.zone) == own.strftime(CLOCK) else f"{own:%a %H:%M}"


def read(post, whom):
    """The wish that a page posted, or None where nothing was chosen. `post` maps field → text."""
    choice = post.get("callback", "")
    if choice == NO:
        return {"at": None, "owner": MINE, "note": ""}
    if choice not in TIMES:
        return None
    owner = ANYONE if post.get("callback_owner") == ANYONE else MINE
    return {"at": _at(choice, post, whom), "owner": owner, "note": post.get("callback_note", "")}


def _at(choice, post, whom):
    now = timezone.now()
    if choice == HOUR:
        return (now + clocks.HOUR).isoformat()
    clock = clocks.clock_of(whom.customer, whom.number, whom.location)
    if choice == TOMORROW:  # the day that was shown, also when midnight has passed since
        return _ahead(post.get("callback_tomorrow", ""), now) or clocks.tomorrow(clock, now).isoformat()
    zone = post.get("callback_zone", "")
    return _typed(post.get("callback_at", ""), zone if phones.zone(zone) else clock.zone)


def _ahead(text, now):
    try:
        at = datetime.fromisoformat(text)
        return at.isoformat() if at.tzinfo and at > now else ""
    except (ValueError, OverflowError):
        return ""


def _typed(text, zone):
    try:
        typed = datetime.fromisoformat(text)
        return clocks.at_clock(typed.date(), typed.time(), zone).isoformat()
    except (ValueError, OverflowError):
        return UNREADABLE


def typed_of(wish, whom):
    """A kept wish as the fields of the form, for a correction."""
    if wish is None:
        return {}
    if not wish.get("at"):
        return {"callback": NO}
    zone = clocks.clock_of(whom.customer, whom.number, whom.location).zone
    at = datetime.fromisoformat(wish["at"]).astimezone(UTC)
    more = {"callback_owner": wish.get("owner", MINE), "callback_note": wish.get("note", "")}
    return {"callback": AT, "callback_at": clocks.shown(at, zone), "callback_zone": zone} | more
