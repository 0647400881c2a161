"""Named queries about planned calls: which are due, whose they are, who is on one."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from calls.choices import HOLDS_NUMBER, CallbackState, CallStatus, Kind
from calls.models import Call, Callback
from customers import hours

DUE_SHOWS = 8  # what fits on the desk above the list
SOON = timedelta(minutes=15)  # shown before its time, so that nobody begins another call
# A dial to the number this long before is the promised call, only early.
NEAR = timedelta(hours=1)
# A minute or two late is punctual on a telephone.
OVERDUE_AFTER = timedelta(minutes=5)
COUNT_CAP = 99


def _ended():
    """Its call rang and is over: what is left is to wrap it up."""
    mine = Call.objects.filter(callback=OuterRef("pk")).exclude(status=CallStatus.REFUSED)
    return Exists(mine.exclude(status__in=HOLDS_NUMBER))


def _carried_out():
    """Somebody called already, or CCAI was asked to."""
    return Exists(Call.objects.filter(callback=OuterRef("pk")).exclude(status=CallStatus.REFUSED))


def with_people(callbacks):
    """What a row shows, prefetched: `taken` are the calls that carry it out, one at most."""
    taken = Call.objects.exclude(status=CallStatus.REFUSED).select_related("agent")
    related = callbacks.select_related("customer", "number", "location", "owner")
    return related.prefetch_related(Prefetch("calls", taken, to_attr="taken"))


def ours_to_call(callbacks):
    """Open ones that nobody has called yet."""
    return callbacks.filter(state=CallbackState.OPEN).exclude(_carried_out())


def of_desk(user, now=None):
    """Open callbacks that are this person's to make, or anyone's at their locations."""
    now = now or timezone.now()
    theirs = Q(owner=user) | Q(owner=None) | Q(released_at__lte=now)
    return Callback.objects.visible_to(user).filter(theirs, state=CallbackState.OPEN)


@dataclass(frozen=True)
class Due:
    """What the desk shows first. `count` is capped at COUNT_CAP + 1."""

    rows: list
    count: int
    at: object

    @property
    def more(self):
        return max(0, self.count - len(self.rows))

    @property
    def version(self):
        """A word for what is shown: it changes when, and only when, something of it does."""
        parts = [f"{row.pk}.{row.promised_at:%d%H%M}.{row.owner_id}.{self._looks(row)}" for row in self.rows]
        return "-".join([str(self.count), *parts])

    def _looks(self, row):
        late = row.promised_at + OVERDUE_AFTER < self.at
        return f"{late:d}{row.promised_at < self.at:d}{row.is_anyones:d}{row.taken[0].pk if row.taken else ''}"

    @property
    def says(self):
        return f"{COUNT_CAP}+" if self.count > COUNT_CAP else str(self.count)


def due(user):
    """Due callbacks and those of the next minutes, the longest overdue first, with who is on one and
    whether they may be called at this hour (`ruling`). Four queries."""
    now = timezone.now()
    waiting = of_desk(user, now).filter(promised_at__lte=now + SOON).exclude(_ended()).order_by("promised_at", "pk")
    rows = list(with_people(waiting).select_related("customer__phone", "customer__location", "from_call")[:DUE_SHOWS])
    book = hours.Book(now)
    for row in rows:
        row.ruling = book.ruling(row.customer or row.number, location=row.location)
    return Due(rows, due_count(user, now), now)


def due_count(user, now=None):
    """How many callbacks are due for this person, at most COUNT_CAP + 1."""
    now = now or timezone.now()
    waiting = ours_to_call(of_desk(user, now)).filter(promised_at__lte=now)
    return waiting.order_by().values("pk")[: COUNT_CAP + 1].count()


def waiting_for(user, customer=None, number=None):
    """Planned calls to a customer or a number that this person may see, the soonest first."""
    about = Q(customer=customer) if customer else Q(pk__in=())
    number = number or (customer.phone if customer else None)
    if number:
        about |= Q(number=number)
    return list(with_people(Callback.objects.visible_to(user).waiting().filter(about)).order_by("promised_at", "pk"))


def meant_by(user, number, location=None, at=None):
    """The callback that a dial of this person to a PhoneNumber carries out: theirs or anyone's and near; or None.

    location  where it is dialled for: a callback of another client account is not meant; None = not known
    at        when it was dialled (aware), now unless said otherwise: what was planned later is not meant
    """
    if number is None:
        return None
    at = at or timezone.now()
    mine = ours_to_call(of_desk(user)).filter(number=number, promised_at__lte=at + NEAR, made_at__lte=at)
    return of_account(mine, location).order_by("promised_at", "pk").first()


def of_account(callbacks, location):
    """Those of the client account of a Location, and those of nowhere; all where no location is known."""
    if location is None:
        return callbacks
    here = Q(location=location) | Q(location=None)
    return callbacks.filter(here | Q(location__account=location.account_id) if location.account_id else here)


def is_with_ccai(callback):
    """Whether CCAI rings for it, or may: until the call it was asked for is over."""
    call = carried_out_by(callback)
    if call and call.kind == Kind.SCHEDULED:
        return not call.state.is_final
    return callback.state == CallbackState.HANDED_OVER


def carried_out_by(callback):
    """The call that carries a callback out, or None."""
    return callback.calls.exclude(status=CallStatus.REFUSED).select_related("agent").first()


def taken_words(call):
    """Who has a callback, in a sentence; `call` is the one that carries it out."""
    if call.status == CallStatus.SCHEDULED:
        return "CCAI rings them by itself."
    if call.status == CallStatus.UNCERTAIN:
        return "We do not know yet whether the last call rang."
    who = call.agent or "Somebody"
    if call.status in HOLDS_NUMBER:
        return f"{who} is on it."
    return f"{who} has called them back at {timezone.localtime(call.created_at):%H:%M}."
