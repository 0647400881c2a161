"""Where a row of ours stands at FeedbackAPI, as a chip: what waits, what it has, what needs a person and why."""

from django.db.models import Q
from django.utils import timezone

from customers import differences
from customers.models import Conflict
from customers.services.vendor import DESKS, is_on, key_of
from integrations import chips, polling
from integrations.chips import Chip
from integrations.choices import DeliveryState
from integrations.models import Delivery

VENDOR = "FeedbackAPI"
LATEST = 5  # deliveries on a row's page
_OPEN = (DeliveryState.PENDING, DeliveryState.PARKED)


def of_rows(rows):
    """The rows of one model, each with `standing`, a Chip. Asks four times, for one row as for fifty."""
    if not rows:
        return rows
    desk = DESKS[type(rows[0])]
    waiting = {one.key: one for one in _deliveries(desk, [key_of(row) for row in rows]).filter(state__in=_OPEN)}
    torn = _in_conflict(desk, rows)
    for row in rows:
        row.standing = _chip(row, waiting.get(key_of(row)), row.pk in torn)
    return rows


def _in_conflict(desk, rows):
    named = Q(**{f"{desk.word}__in": [row.pk for row in rows]})
    return set(Conflict.objects.filter(named, resolved_at=None).values_list(desk.word, flat=True))


def _deliveries(desk, keys):
    """Of all kinds of these keys, the oldest first, ready to be shown."""
    found = Delivery.objects.filter(kind__in=desk.kinds, key__in=keys)
    return found.select_related("connection").prefetch_related("attempts").order_by("pk")


def _chip(row, delivery, is_torn):
    if is_torn:
        return Chip(
            VENDOR, "Changed on both sides", "bad", "git-compare-arrows", why="An admin says which value holds."
        )
    if delivery:
        return chips.of(delivery, VENDOR)
    if row.gone_at:
        return Chip(VENDOR, "Inactive there", "warn", "archive", more=chips.clock_time(row.gone_at))
    if row.vendor_id is None:
        return Chip(VENDOR, "Only here", "", "minus")
    if not differences.is_same(row):
        return Chip(VENDOR, "Not sent", "warn", "clock", why="FeedbackAPI has older values.")
    return Chip(VENDOR, "At FeedbackAPI", "good", "check")


class Standing:
    """All of it about one row, for its page: `chip`, `why` it is not sent, `can_send`, `deliveries`, `conflicts`."""

    def __init__(self, row):
        (self.row,) = of_rows([row])
        self.chip = row.standing
        self.is_on = is_on()
        self.deliveries = list(_deliveries(DESKS[type(row)], [key_of(row)]).order_by("-pk")[:LATEST])
        self.conflicts = list(row.conflicts.filter(resolved_at=None).select_related("ours_by"))
        self.can_delete = self.is_on and row.is_at_vendor and not self._is_open("delete")
        self.why, self.can_send = self._kept_back()
        self.kept_there = differences.kept_there(row)

    def _kept_back(self):
        """(why it is not sent in a sentence, whether a press of the button would send it)."""
        if self.row.gone_at or any(one.state == DeliveryState.PENDING for one in self.deliveries):
            return "", False
        why = differences.why_not(self.row) if self.row.vendor_id is None else ""
        if why:
            return f"Not sent to FeedbackAPI: {why}.", False
        if self._is_someone_else():
            return "FeedbackAPI takes this customer and another one here for one person.", False
        if not self.is_on:
            return "The connection to FeedbackAPI is switched off, so changes stay here.", False
        return "", self.row.vendor_id is None or bool(differences.of(self.row))

    def _is_someone_else(self):
        """A delivered creation whose id another row of ours has."""
        create = DESKS[type(self.row)].create
        made = [one for one in self.deliveries if one.kind == create and one.state == DeliveryState.DELIVERED]
        return self.row.vendor_id is None and bool(made)

    def _is_open(self, deed):
        kind = getattr(DESKS[type(self.row)], deed)
        return any(one.kind == kind and one.state == DeliveryState.PENDING for one in self.deliveries)

    @property
    def every(self):
        """How often the page asks again, "" while nothing is on its way."""
        waits = [one.not_before for one in self.deliveries if one.state == DeliveryState.PENDING]
        return polling.every(min(waits) - timezone.now()) if waits else ""

    @property
    def refused(self):
        """(the vendor's name of a field, its words) of the newest delivery, where it was refused for that field."""
        newest = self.deliveries[0] if self.deliveries else None
        if newest is None or newest.state != DeliveryState.PARKED:
            return "", ""
        last = (list(newest.attempts.all()) or [None])[-1]
        return (last.param, last.words or last.sentence) if last and last.param else ("", "")
