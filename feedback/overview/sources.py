"""Where figures come from, when each source was last heard, and what is old because one is not.

Two rules. A list that we read is stale once it was not read to its end for three times as long as its schedule says.
Whatever the vendor, a connection that is paused is stale from then on; one that is switched off is not expected to say
anything. A stale source greys a figure only where the period reaches beyond what was last heard.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from calls.choices import Provider
from calls.models import Call
from integrations import sync
from integrations.choices import Vendor
from integrations.models import Connection, HookEvent, SyncCursor, SyncRun

TIMES = 3  # of its interval
LISTENS = timedelta(minutes=1)  # while a call is on at CCAI its list is read twice a second
IN_WORDS = (
    "A list is stale when it was not read to its end for three times as long as its schedule says, CCAI’s list of "
    "calls when a call is open there and it was not read for a minute, and whatever comes through a connection that is "
    "paused."
)
CALLED_THROUGH = (Vendor.CCAI, Vendor.PLIVO, Vendor.TELESIGN)
# metric.source → names of the sources it stands on. What we write ourselves (deliveries) is never old.
STANDS_ON = {
    "calls": (*CALLED_THROUGH, "calls"),
    "wrap-ups": (*CALLED_THROUGH, "calls"),
    "deliveries": (),
    "answers": ("feedback",),
    "requests": ("feedback-requests", "feedback"),
    "reviews": ("reviews",),
    "cases": ("feedback", "reviews"),
    "numbers": (),
}


@dataclass(frozen=True)
class Source:
    """One of them. `heard`: the last good word of it, None for never; `stale` a sentence, "" where it is fresh."""

    name: str
    label: str
    vendor: str
    heard: datetime | None
    is_on: bool = True
    stale: str = ""
    since: datetime | None = None  # what came before it is known

    def touches(self, scope):
        """Whether days of `scope` lie beyond what is known."""
        return self.since is None or scope.house_span()[1] > self.since


class Sources:
    """All of them as of now."""

    def __init__(self, found):
        self.all = found
        self._named = {source.name: source for source in found}

    @classmethod
    def now(cls):
        """Four queries."""
        now, read = timezone.now(), _last_read()
        # Not asked for by provider: the few that are live are found by their own index, and looked at here.
        is_live = Provider.CCAI in Call.objects.live().order_by().values_list("provider", flat=True).distinct()
        found = []
        for row in Connection.objects.all():
            plans = [plan for plan in sync.plans() if plan.vendor == row.vendor]
            found += [_calls(row, is_live, now)] if row.vendor in CALLED_THROUGH or not plans else []
            found += [_list(row, plan, read, now) for plan in plans]
        return cls(found)

    def of(self, metric, scope=None):
        """The Sources a metric stands on; with a scope only those of its provider."""
        found = [self._named[name] for name in STANDS_ON.get(metric.source, ()) if name in self._named]
        if scope is not None and scope.provider and metric.source in ("calls", "wrap-ups"):
            return [source for source in found if source.vendor == scope.provider]
        return found

    def why_stale(self, metric, scope):
        """Why a figure of that scope may be old, in a sentence; "" where it is not."""
        old = [source for source in self.of(metric, scope) if source.stale and source.touches(scope)]
        return " ".join(source.stale for source in old)

    @property
    def stale(self):
        return [source for source in self.all if source.stale]

    @property
    def stamp(self):
        return [source.stale for source in self.all]


def last_hooks():
    """{vendor: when it last told us something by itself}. One query."""
    return dict(HookEvent.objects.order_by().values_list("vendor").annotate(Max("received_at")))


def _last_read():
    """{list: when it was last read to its end}; None for one that was begun and never ended."""
    read = dict.fromkeys(SyncRun.objects.order_by().values_list("resource", flat=True).distinct())
    names = [plan.name for plan in sync.plans()]
    return read | dict(SyncCursor.objects.filter(resource__in=names).values_list("resource", "read_at"))


def _list(row, plan, read, now):
    heard = read.get(plan.name)
    late = plan.name in read and plan.minutes and _is_old(heard, now, TIMES * timedelta(minutes=plan.minutes))
    return _source(row, plan.name, f"{row}’s list “{plan.label}”", heard, "was not read since" if late else "")


def _is_old(heard, now, age):
    return heard is None or heard < now - age


def _calls(row, is_live, now):
    heard = row.last_ok_at
    late = row.vendor == Vendor.CCAI and is_live and _is_old(heard, now, LISTENS)
    label = f"{row}: calls" if row.vendor in CALLED_THROUGH else str(row)
    return _source(row, row.vendor, label, heard, "were last heard of" if late else "")


def _source(row, name, label, heard, late):
    if not row.is_on:
        return Source(name, label, row.vendor, heard, is_on=False)
    if row.is_paused:
        since = heard if heard and heard < row.paused_at else row.paused_at
        return Source(
            name, label, row.vendor, heard, stale=f"{row} is paused since {_said(row.paused_at)}.", since=since
        )
    if not late:
        return Source(name, label, row.vendor, heard)
    words = f"{label} {late} {_said(heard)}." if heard else f"{label} was never read to its end yet."
    return Source(name, label, row.vendor, heard, stale=words, since=heard)


def _said(at):
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local.day} {local:%b %H:%M}"
