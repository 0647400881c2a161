"""When somebody may be called: by the clock where they are, as the law and their client account have it.

whose clock         the person's own zone on file; else every zone the number may ring in, and all of them
                    must allow it; where neither tells, the location's, and that is said
which hours         the rule of the country, else the one for all, else settings.CALLING_HOURS;
                    and the rule of the client account on top, where it has one: both must allow it

hours.may_call_at(customer, moment)     yes or no
hours.next_allowed(customer, moment)    the first moment from then on (UTC), None = never
hours.Book().ruling(customer)           both, with the sentence for people; one Book for a whole list
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.utils import timezone

from customers import countries, phones
from customers.models import CallingRule, Customer, PhoneNumber
from customers.week import all_open, first_open

ON_FILE, NUMBER, PLACE, NOTHING = "file", "number", "location", "nothing"


def may_call_at(subject, moment, location=None):
    """Whether a Customer, PhoneNumber or E.164 text may be called at `moment` (aware).

    location  a Location: whose client account it is, and whose clock where nothing else tells; a customer's is theirs
    """
    return Book().ruling(subject, moment, location).is_allowed


def next_allowed(subject, moment, location=None):
    """The first moment from `moment` (aware) on at which they may be called, in UTC; None: never."""
    return Book().ruling(subject, moment, location).next_at


@dataclass(frozen=True)
class Where:
    """Time zones (ZoneInfo) somebody may be in, what told so (one of the words above), and their location."""

    zones: tuple
    told_by: str
    location: object = None


def where(subject, location=None):
    """The Where of a Customer, PhoneNumber, E.164 text, or None for a call by ticket alone."""
    person, e164 = _parts(subject)
    location = (person and person.location) or location
    own = phones.zone(person.time_zone) if person else None
    if own:
        return Where((own,), ON_FILE, location)
    names = phones.zones(e164) if e164 else []
    if names:
        return Where(tuple(phones.zone(name) for name in names), NUMBER, location)
    place = phones.zone(location.time_zone) if location else None
    return Where((place,), PLACE, location) if place else Where((), NOTHING, location)


def _parts(subject):
    """(Customer or None, E.164 text)."""
    if isinstance(subject, Customer):
        return subject, subject.phone.e164 if subject.phone else ""
    return None, subject.e164 if isinstance(subject, PhoneNumber) else str(subject or "")


def country_of(subject, location=None):
    """ISO letters of the country whose law holds: the number's, else the customer's, else the location's; or ""."""
    person, e164 = _parts(subject)
    place = (person and person.location) or location
    told = (phones.region_of(e164) if e164 else "", person and person.country_code, place and place.country_code)
    return next((code for code in told if code and countries.is_known(code)), "")


@dataclass(frozen=True)
class Ruling:
    """What clock and rules say of a call at `moment`.

    next_at       the first moment from then on (UTC); `moment` itself when allowed, None = never
    may_override  not allowed, but every rule that says so leaves it to a supervisor
    """

    moment: object
    is_allowed: bool
    next_at: object
    where: Where
    may_override: bool = False

    @property
    def words(self):
        """ "Callable from 10:00 their time (in 3 h)"; "" when allowed."""
        if self.is_allowed:
            return ""
        if self.next_at is None:
            return "Never callable: the hours for calls leave no time"
        return f"Callable from {self._at(self.next_at)} ({within(self.next_at - self.moment)})"

    def _at(self, at):
        there = self._clocks(at)
        if len(there) > 1:
            return f"{_day_and_clock(timezone.localtime(at), timezone.localtime(self.moment))} your time"
        whose = f"by the clock of {self.where.location}" if self.where.told_by == PLACE else "their time"
        return f"{_day_and_clock(there[0], self._clocks(self.moment)[0])} {whose}"

    def _clocks(self, at):
        """What the clocks there show, each once, the earliest first."""
        shown = {at.astimezone(zone).replace(tzinfo=None) for zone in self.where.zones}
        return sorted(shown)

    @property
    def sentence(self):
        """Why not, for people; "" when allowed."""
        if self.is_allowed:
            return ""
        clocks = self._clocks(self.moment)
        shown = f"{clocks[0]:%H:%M} on {clocks[0]:%A}"
        if len(clocks) > 1:
            shown = f"between {clocks[0]:%a %H:%M} and {clocks[-1]:%a %H:%M}"
        is_past = self.moment < timezone.now() + timedelta(minutes=1)
        begins = "It is" if is_past else "Then it is"
        return f"{begins} {shown} {self._there(clocks)}, outside the hours for calls. {self.words}."

    def _there(self, clocks):
        if self.where.told_by == PLACE:
            return f"at {self.where.location} (nothing else tells where they are)"
        return "where they are" if len(clocks) == 1 else "in the time zones this number may ring in"


def _day_and_clock(at, now):
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%a %H:%M}"


def within(span):
    """A timedelta ahead as people say it: in 20 min, in 3 h, in 3 h 10 min, in 2 days."""
    minutes = max(-(-int(span.total_seconds()) // 60), 1)
    if minutes >= 48 * 60:
        return f"in {minutes // (24 * 60)} days"
    hours, rest = divmod(minutes, 60)
    return "in " + " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest))


@dataclass
class Book:
    """All rules, read once with one query, for as many rulings as a page shows."""

    now: object = field(default_factory=lambda: timezone.now())
    _known: dict = field(default_factory=dict, repr=False)

    @cached_property
    def rules(self):
        return list(CallingRule.objects.all())

    @cached_property
    def for_all(self):
        """The rule for all accounts and countries; unsaved with the values that hold until somebody writes one."""
        return self._of() or CallingRule(week=default_week(), most_a_day=settings.CALLS_A_DAY)

    def law(self, country):
        """The rule of a country, else the one for all."""
        return (country and self._of(country=country)) or self.for_all

    def own(self, account_id):
        """The rule of a client account, or None."""
        return account_id and self._of(account_id=account_id)

    def _of(self, account_id=None, country=""):
        return next((rule for rule in self.rules if (rule.account_id, rule.country) == (account_id, country)), None)

    def that_hold(self, subject, location=None):
        """The rules for a call, the law's first. All of them must allow it."""
        person, _ = _parts(subject)
        place = (person and person.location) or location
        own = self.own(place.account_id if place else None)
        return [self.law(country_of(subject, location)), *([own] if own else [])]

    def most_a_day(self, subject, location=None):
        """How often a number may be called in a day, 0 = no limit: the client account's word, else the country's."""
        said = [rule.most_a_day for rule in reversed(self.that_hold(subject, location)) if rule.most_a_day is not None]
        fallback = self.for_all.most_a_day
        return said[0] if said else settings.CALLS_A_DAY if fallback is None else fallback

    def ruling(self, subject, moment=None, location=None):
        """The Ruling on calling a Customer, PhoneNumber or E.164 text at `moment` (aware; the Book's own now)."""
        place, moment = where(subject, location), moment or self.now
        rules = self.that_hold(subject, location)
        key = (place.zones, tuple(rule.pk for rule in rules), moment)
        if key not in self._known:
            self._known[key] = _judge(place.zones, rules, moment)
        is_allowed, next_at, may_override = self._known[key]
        return Ruling(moment, is_allowed, next_at, place, may_override)

    def mark(self, people):
        """Gives each Customer of a list its Ruling as `ruling`; returns the list. No query but that of the rules."""
        for person in people:
            person.ruling = self.ruling(person)
        return people


def default_week():
    """Seven days of settings.CALLING_HOURS, as a rule stores them."""
    return [list(settings.CALLING_HOURS) for _ in range(7)]


def _judge(zones, rules, moment):
    """(is allowed, next time, may a supervisor) of all zones by all rules. No clock known: nothing forbids."""
    zones = _apart(zones, moment)
    clocks = [(zone, rule.as_week()) for zone in zones for rule in rules]
    if all_open(clocks, moment):
        return True, moment, False
    forbids = [rule for rule in rules if not all_open([(zone, rule.as_week()) for zone in zones], moment)]
    return False, first_open(clocks, moment), all(rule.supervisor_may for rule in forbids)


def _apart(zones, moment):
    """One zone of each group that will show the same time for a good week: a number may ring in forty of them."""
    days = [moment + timedelta(days=number) for number in range(10)]
    return list({tuple(day.astimezone(zone).utcoffset() for day in days): zone for zone in zones}.values())
