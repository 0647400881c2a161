"""What a figure is about: which days, whose calls, and for whom. Every figure and the rows behind it start here.

Days are cut by the clock of each location, so that a call counts once and on the same day for everybody who looks;
what has no location goes by the house's own clock (TIME_ZONE).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone

from calls.models import DATED, Call
from customers.models import ClientAccount, Location

IN_WORDS = "Days are those of each location’s own clock."


def zone_of(name):
    """The ZoneInfo of a location's zone; a name nobody knows is the house's own."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


def began(day, zone):
    """When `day` (a date) begins by that clock (aware)."""
    return datetime.combine(day, time(), tzinfo=zone)


def _between(at, sides, start, end):
    return Q(**{f"{at}__{side}": moment for side, moment in (("gte", start), ("lt", end)) if side in sides})


def _of_place(place, spans, end):
    """The begin or end of the days by the clock of a row's place; what has none goes by the house's own: ""."""
    named = [(name, span[end]) for name, span in sorted(spans.items()) if name]
    here = [When(**{f"{place}__time_zone": name}, then=_moment(at)) for name, at in named]
    return Case(*here, default=_moment(spans[""][end]))


def _moment(at):
    return Value(at, output_field=DateTimeField())


@dataclass(frozen=True)
class Scope:
    """The days `first` to `last` (dates, both counted) of what `user` may see, narrowed by what is not None or "".

    A supervisor's are the locations they belong to, and no call elsewhere, not even one of their own; an agent's are
    their own calls wherever they were. With `at` (aware) the days are counted from today at that moment, which is a day
    ahead or behind of the user's where the clock is far from theirs: "today" is today at each location.
    """

    user: object
    first: date
    last: date
    location: Location | None = None
    account: ClientAccount | None = None
    agent: get_user_model() | None = None
    provider: str = ""
    at: datetime | None = None

    @classmethod
    def of_last(cls, user, days, now=None, **narrowed):
        """The last so many days at the moment `now` (aware): today and those before it."""
        now = now or timezone.now()
        today = now.astimezone(zone_of(user.time_zone)).date()
        return cls(user, today - timedelta(days=days - 1), today, at=now, **narrowed)

    def shift(self, zone):
        """How many days ahead of the user's a location by that clock is: -1, 0 or 1; 0 for days that are named."""
        if self.at is None:
            return 0
        return (self.at.astimezone(zone).date() - self.at.astimezone(zone_of(self.user.time_zone)).date()).days

    @property
    def days(self):
        """The dates, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def before(self):
        """The Scope of as many days just before."""
        length = (self.last - self.first).days + 1
        return self.on(self.first - timedelta(days=length), self.first - timedelta(days=1))

    def on(self, first, last):
        """The same of other days. The clocks are looked up once for all of them."""
        other = replace(self, first=first, last=last)
        if "zones" in self.__dict__:
            other.__dict__["zones"] = self.zones
        return other

    @cached_property
    def zones(self):
        """The clocks of the locations that may be in it, and of what has none: names, "" for the house's own."""
        places = Location.objects.filter(self.of_places("pk")).order_by()
        return {"", *places.values_list("time_zone", flat=True).distinct()}

    def calls(self):
        """The calls it is about, each with `dated`."""
        return Call.objects.annotate(dated=DATED).filter(self.whose_calls(), self.within("dated"))

    def whose_calls(self):
        """Which calls, whatever their day."""
        what = Q(**{name: value for name, value in (("agent", self.agent), ("provider", self.provider)) if value})
        return what & self.of_places() & (Q() if self.user.is_supervisor else Q(agent=self.user))

    def of_places(self, field="location"):
        """Rows whose `field` is a location of it. One without a location is for who sees all, and nobody narrowed."""
        what = Q()
        if self.location is not None:
            what &= Q(**{field: self.location.pk})
        if self.account is not None:
            what &= Q(**{f"{field}__in": Location.objects.filter(account=self.account).values("pk")})
        if self.user.is_supervisor and not self.user.sees_all_locations:
            what &= Q(**{f"{field}__in": Location.objects.visible_to(self.user).values("pk")})
        return what

    def within(self, at, place="location", sides=("gte", "lt")):
        """Rows whose moment `at` lies in the days, by the clock of their `place`. `sides`: with one of them, from the
        first day on or up to the last; what has no end is not to be asked for where a list is walked from elsewhere."""
        spans = {name: self.span(zone_of(name)) for name in self.zones}
        first, last = min(start for start, _ in spans.values()), max(end for _, end in spans.values())
        all_of_it = _between(at, sides, first, last)  # what the index is found by
        if len(set(spans.values())) == 1:
            return all_of_it
        return all_of_it & self._by_their_clocks(at, place, spans, sides)

    def _by_their_clocks(self, at, place, spans, sides):
        """As a moment that depends on the place: of alternatives PostgreSQL weighs every index for each, which took
        longer than finding the rows."""
        wanted = Q()
        for side, compare, end in (("gte", GreaterThanOrEqual, 0), ("lt", LessThan, 1)):
            if side in sides:  # as an expression: a keyword would leave out what is at no place
                wanted &= Q(compare(F(at), _of_place(place, spans, end)))
        return wanted

    def of_days(self, field="day", place="location"):
        """Rows whose `field` is one of the days, of what was counted by the clock of its `place`."""
        ahead = self.ahead
        if not any(ahead.values()):
            return Q(**{f"{field}__range": (self.first, self.last)})
        widest = (self.first + min(ahead.values()), self.last + max(ahead.values()))
        all_of_it, wanted = Q(**{f"{field}__range": widest}), Q()  # the first is what the index is found by
        for name, days in ahead.items():
            here = Q(**{f"{field}__range": (self.first + days, self.last + days)})
            wanted |= here & self._by_clock(name, place)
        return all_of_it & wanted

    @property
    def ahead(self):
        """{clock of a location that may be in it: how far its days are ahead of the user's}, as a timedelta."""
        return {name: timedelta(days=self.shift(zone_of(name))) for name in self.zones}

    def _by_clock(self, name, place):
        """Rows of a place with the clock `name`; one of no place goes by the house's own, which is ""."""
        here = Q(**{f"{place}__time_zone": name})
        return here if name else here | Q(**{place: None})

    def house_span(self):
        """The same by the house's own clock, for what is at no location."""
        return self.span(zone_of(""))

    def span(self, zone):
        """(begin, end) of the days by that clock, aware; the end is not in them."""
        ahead = timedelta(days=self.shift(zone))
        return began(self.first + ahead, zone), began(self.last + ahead + timedelta(days=1), zone)
