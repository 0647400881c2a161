"""Filters that no index has in the order of dates: which calls are they, if they are few?

A probe gives the keys of calls, at most so many. Few are found by their keys, whatever else is asked of them. Where
there are more than FEW the list is walked along its date and each row is looked at: every three-hundredth is one.
"""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Upper
from django.db.models.lookups import Exact, GreaterThanOrEqual, In, LessThanOrEqual

from calls.models import DATED, Call
from calls.selectors import DIGITS_TO_SEARCH, matching
from customers import phones
from customers.models import Customer, Location, PhoneNumber
from feedback.choices import Leg
from feedback.explorer import notes
from feedback.explorer.known import Moment
from feedback.explorer.unindexed import Among, Size, Unindexed
from feedback.models import CallParked, Rating, RatingLeg
from integrations.choices import DeliveryState

FEW = 3_000
HARD_CAP = 100  # where each row must be looked at to be counted
MOST = FEW + 1  # no more is looked for than tells that they are many, and in figures no more is said
LEGS = len(Leg)  # of a wrap-up: so many name MOST calls at least
PEOPLE = 500  # names and numbers that hold a text: more have many calls, and nobody looks for these first
SOME = HARD_CAP  # of these: where they have a call each, that many are known without counting
CROWD = 5_000  # of still more, who is meant is asked of each row: every twentieth of 100,000 is one of them


@dataclass(frozen=True)
class Found:
    """`calls`: keys of at most MOST, None where nobody looked. `walked`: what is true of a row that is one of them;
    `counted`: the same where an index may be used. `dated`: of few, where it was at hand, (the Moment each counts on,
    its key). `said`: their count, where their keys were not needed for it."""

    calls: list | None
    walked: Q
    counted: Q | None = None
    dated: list | None = None
    said: tuple | None = None

    @property
    def count(self):
        """(how many, at most one more than the cap; the cap), None where nobody knows."""
        return self.said if self.calls is None else (len(self.calls), FEW)

    @property
    def are_few(self):
        return self.calls is not None and len(self.calls) <= FEW

    @property
    def here(self):
        return Q(Among("pk", self.calls)) if self.are_few else self.walked

    @property
    def to_count(self):
        return self.here if self.are_few or self.counted is None else self.counted


def at(locations):
    """Calls at some locations (keys), which an index has in the order of dates one by one only."""
    calls = Call.objects.filter(location__in=locations).order_by().values_list("pk", flat=True)
    walked = Q(In(Unindexed(F("location_id")), locations or [0]))
    return Found(list(calls[:MOST]), walked, Q(location__in=locations))


def own(calls):
    """A person's own calls, given as a Q that indexes have."""
    return Found(list(Call.objects.filter(calls).order_by().values_list("pk", flat=True)[:MOST]), calls)


def account(one):
    return at(list(Location.objects.filter(account=one).order_by().values_list("pk", flat=True)))


def quality(lowest, highest):
    """Ratings from `lowest` to `highest`, either None for no end."""
    natural, walked = Q(rating__quality__isnull=False), Q(rating__quality__isnull=False)
    if lowest is not None:
        natural &= Q(rating__quality__gte=lowest)
        walked &= Q(GreaterThanOrEqual(Size("rating__quality"), float(lowest)))
    if highest is not None:
        natural &= Q(rating__quality__lte=highest)
        walked &= Q(LessThanOrEqual(Size("rating__quality"), float(highest)))
    found = Rating.objects.filter(**{name.removeprefix("rating__"): value for name, value in natural.children})
    return Found(list(found.order_by().values_list("call_id", flat=True)[:MOST]), walked, natural)


def rated():
    """Calls with a wrap-up, where they are few; nearly all have one, and nobody counts those."""
    calls = list(Rating.objects.order_by().values_list("call_id", flat=True)[: FEW + 1])
    return Found(calls if len(calls) <= FEW else None, Q())


def words(text):
    """Notes with all words of a text."""
    asked = notes.words_of(text)
    ratings, walked = notes.ratings_with(asked, MOST), notes.says("rating__notes", asked)
    if len(ratings) > FEW:
        return Found(None, walked, said=(MOST, FEW))
    found = Rating.objects.filter(Q(Among("pk", ratings))).order_by().values_list(Moment("called_at"), "call_id")
    return _dated(list(found), walked)


def sent(state, walked):
    """Calls whose legs stand so, in one word; `walked` is that in full. Nearly all are delivered: nobody looks."""
    if state == DeliveryState.DELIVERED:
        return Found(None, walked)
    if state == DeliveryState.PARKED:
        found = CallParked.objects.values_list(Moment("at"), "call_id")
    else:
        here = {"rating": OuterRef("rating"), "revision": OuterRef("revision")}
        # Taken out before they are counted: of the first so many few may be left.
        is_parked = Exists(RatingLeg.objects.filter(delivery__state=DeliveryState.PARKED, **here))
        legs = RatingLeg.objects.filter(~is_parked, delivery__state=state, revision=F("rating__revision"))
        found = legs.values_list(Moment("rating__called_at"), "rating__call_id")
    return _dated(list(dict.fromkeys(found.order_by()[: LEGS * MOST]))[:MOST], walked)


def _dated(found, walked):
    """The Found of (Moment, key) of each call; without dates while these are still being filled in."""
    is_known = len(found) <= FEW and all(at is not None for at, _ in found)
    return Found([key for _, key in found], walked, dated=found if is_known else None)


def whom(text):
    """A name, number or ticket."""
    people = Customer.objects.filter(name__icontains=text).order_by().values_list("pk", flat=True)[: CROWD + 1]
    digits = phones.digits_of(text)
    numbers = PhoneNumber.objects.filter(e164__contains=digits).order_by().values_list("pk", flat=True)[: CROWD + 1]
    people, numbers = list(people), list(numbers) if len(digits) >= DIGITS_TO_SEARCH else []
    most = max(len(people), len(numbers))
    if most > CROWD:
        return Found(None, matching(text))
    walked = Q(Among(Unindexed(F("customer_id")), people)) | Q(Among(Unindexed(F("number_id")), numbers))
    walked |= Q(Exact(Upper(Unindexed(F("ticket_id"))), text.upper()))
    if most > PEOPLE:
        theirs = Call.objects.filter(Q(customer__in=people[:SOME]) | Q(number__in=numbers[:SOME]))
        return Found(None, walked, said=_more_than(HARD_CAP, theirs))
    ticket = Q(Exact(Upper(F("ticket_id")), text.upper()), ticket_id__gt="")
    found = set()
    for one in (Q(customer__in=people), Q(number__in=numbers), ticket):
        found.update(Call.objects.filter(one).order_by().values_list("pk", flat=True)[:MOST])
    return Found(list(found), walked)


def _more_than(cap, calls):
    """Their count where there are more, else None."""
    return (cap + 1, cap) if calls.order_by().values("pk")[: cap + 1].count() > cap else None


def counted(what, *narrowed):
    """Calls that a count of the metrics counts, of those `narrowed` to. What it asks of other rows is asked of each
    call anew, so that nobody walks along those."""
    calls = Call.objects.annotate(dated=DATED).filter(what, *narrowed).order_by().values_list("pk", flat=True)
    one = Call.objects.filter(what, pk=OuterRef("pk"))
    return Found(list(calls[:MOST]), Q(Exists(one)), what)
