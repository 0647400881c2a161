"""Rules about the person and the line: do-not-call, opted out, the hour, and what calls taught about the number.

`may_override` stands where the law leaves it to a supervisor: never at do-not-call and opted out, at hours only
where the calling rule says so.
"""

from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format

from calls.choices import CallStatus, Kind, Provider
from calls.dials import Refusal
from calls.models import Call
from customers import phones
from customers.models import Customer, DoNotCall


def not_on_do_not_call(dial):
    if not dial.number:
        return
    entries = DoNotCall.objects.holding(dial.moment).filter(number=dial.number)
    entries = entries.filter(Q(account=None) | Q(account__in=dial.accounts))
    entry = entries.order_by(F("account").asc(nulls_first=True)).select_related("account").first()
    if entry:
        for_whom = f" for {entry.account}" if entry.account else ""
        until = f" until {_day(entry.until)}" if entry.until else ""
        shown = phones.display(dial.number.e164)
        yield Refusal("do_not_call", f"{shown} is on the do-not-call list{for_whom}{until}.")
    elif dial.number.is_blocked_at_ccai(dial.moment):
        yield Refusal("do_not_call_vendor", f"{phones.display(dial.number.e164)} is on CCAI’s own do-not-call list.")


def not_opted_out(dial):
    """The wish belongs to the number: another row of the same customer does not undo it."""
    if dial.customer and dial.customer.opted_out_at:
        yield Refusal("opted_out", f"{dial.customer} asked not to be contacted.")
    elif dial.number and _opted_out(dial).exists():
        yield Refusal("opted_out", "Who has this number asked not to be contacted.")


def _opted_out(dial):
    same = Customer.objects.filter(phone=dial.number, opted_out_at__isnull=False)
    theirs = Q(location=None) | Q(location__account__in=dial.accounts)
    if None in dial.accounts:
        theirs |= Q(location__account=None)
    return same.filter(theirs)


def at_a_legal_hour(dial):
    """Judged at the time it would ring: a scheduled call at its own."""
    if not (dial.number or dial.ticket_id):
        return
    ruling = dial.hours.ruling(dial.whom, dial.moment, dial.place)
    if not ruling.is_allowed:
        yield Refusal("legal_hours", ruling.sentence, may_override=ruling.may_override)


def line_is_alive(dial):
    if dial.number and dial.number.is_known_dead:
        since = _day(dial.number.disconnected_at)
        shown = phones.display(dial.number.e164)
        yield Refusal("number_dead", f"{shown} was not in service on {since}.", may_override=True)


def right_person_answers(dial):
    if dial.number and dial.number.is_wrong_party:
        on = _day(dial.number.wrong_party_at)
        who = f"not {dial.customer}, " if dial.customer else ""
        sentence = f"Somebody else, {who}answered {phones.display(dial.number.e164)} on {on}."
        yield Refusal("wrong_party", sentence, may_override=True)


def not_called_too_often(dial):
    most = dial.hours.most_a_day(dial.whom, dial.place) if dial.number else 0
    if not most:
        return
    times = calls_of_day(dial.number, dial.moment, _zone(dial))
    if times >= most:
        zone = _zone(dial)
        is_today = dial.moment.astimezone(zone).date() == timezone.now().astimezone(zone).date()
        day = "today" if is_today else f"on {_day(dial.moment)}"
        sentence = (
            f"{phones.display(dial.number.e164)} was called {_times(times)} {day}, and {_times(most)} is the most."
        )
        yield Refusal("too_often", sentence, may_override=True)


def calls_of_day(number, moment, zone):
    """How many calls rang a PhoneNumber, or will, on the day of `moment` (aware) by the clock of `zone`."""
    begins = moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rang = Call.objects.filter(number=number).exclude(status=CallStatus.REFUSED)
    rang = rang.exclude(they_called_us())
    when = rang.annotate(when=Coalesce("scheduled_at", "created_at"))
    return when.filter(when__gte=begins, when__lt=begins + timedelta(days=1)).count()


def they_called_us():
    """The Q of calls that the customer placed. Of CCAI's those that nobody asked it for: what it places for a queue is
    incoming by its words, and rings the customer."""
    asked = Q(asked_at__isnull=False) | Q(parent__isnull=False)
    return Q(kind=Kind.INCOMING) & (~Q(provider=Provider.CCAI) | ~asked)


def _zone(dial):
    zones = dial.hours.ruling(dial.whom, dial.moment, dial.place).where.zones
    return zones[0] if zones else timezone.get_current_timezone()


def _times(count):
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _day(at):
    return date_format(timezone.localtime(at), "j M Y")
