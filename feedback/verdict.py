"""May this person be asked? Every reason why not in one sentence, and when it may go. Nothing is asked of anybody:
the rules look at loaded facts (survey_facts).

A new rule is a generator of Reasons in RULES. "Link only" sends no message, so only what makes a link impossible
holds for it: no template, a location or a client account that does not fit, a customer FeedbackAPI cannot have.
All the rest is about disturbing somebody, and a link is handed over in person: there the person asks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from customers.choices import LineType
from feedback import quiet
from feedback.choices import Channel, Refusal

# Lines that take no text message (Trestle's words). What nobody has looked up is tried.
NO_TEXTS = {LineType.LANDLINE, LineType.TOLL_FREE, LineType.PREMIUM, LineType.VOICEMAIL}


@dataclass(frozen=True)
class Reason:
    """`code` is a Refusal, or "quiet_hours" or "allowance" where it only says something."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Ask:
    """What somebody wants: whom to ask, with which template, from where, when (aware), and whether by link only."""

    customer: object
    template: object
    location: object
    due: datetime
    suppress: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known that the rules look at.

    rule       the SurveyRule of the location's account
    asked_at   when they were, or will be, asked last; None for never
    open_case  the Case of theirs that is open, or None
    sms_used   text messages of the account this month that we know of
    zone       IANA name of the customer's clock; `zone_is_told` False: it is only the location's
    """

    rule: object
    asked_at: datetime | None
    open_case: object
    sms_used: int
    zone: str
    zone_is_told: bool = True


@dataclass(frozen=True)
class Verdict:
    """May it be sent, when, and why (not). `goes_at` is aware; later than what was asked in quiet hours."""

    refusals: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    goes_at: datetime
    is_delayed: bool = False

    @property
    def may_send(self):
        return not self.refusals

    @property
    def sentence(self):
        """The plainest reason why not, "" when it may."""
        return self.refusals[0].sentence if self.refusals else ""

    @property
    def code(self):
        return self.refusals[0].code if self.refusals else ""

    @property
    def delay(self):
        """The sentence about quiet hours, "" without."""
        return next((note.sentence for note in self.notes if note.code == "quiet_hours"), "")


def of(ask, facts):
    """The Verdict on an Ask."""
    rules = LINK_RULES if ask.suppress else RULES
    refusals = tuple(reason for rule in rules for reason in rule(ask, facts))
    if ask.suppress:
        return Verdict(refusals, (), ask.due)
    goes_at = _allowed_time(ask, facts)
    delayed = goes_at > ask.due
    notes = tuple(_quiet_note(ask, facts, goes_at)) if delayed and not refusals else ()
    return Verdict(refusals, notes + tuple(_allowance_note(ask, facts)), goes_at, delayed)


def channel_of(ask):
    return ask.template.channel if ask.template else ""


# --- Reasons for which no link can be made either ---------------------------------------------


def _template(ask, facts):
    if ask.template is None:
        yield Reason(Refusal.TEMPLATE, "There is no message template to ask with.")
    elif not ask.template.is_active:
        yield Reason(Refusal.TEMPLATE, f"The template “{ask.template}” is not in use.")
    elif ask.template.account_id and ask.location and ask.template.account_id != ask.location.account_id:
        yield Reason(Refusal.TEMPLATE, f"The template “{ask.template}” belongs to another client account.")


def _location(ask, facts):
    if ask.location is None:
        yield Reason(Refusal.LOCATION, "There is no location to ask from.")
    elif not ask.location.is_active or ask.location.gone_at:
        yield Reason(Refusal.LOCATION, f"{ask.location} is not active.")
    elif not ask.location.vendor_id:
        yield Reason(Refusal.LOCATION, f"{ask.location} is not at FeedbackAPI yet.")


def _account(ask, facts):
    ours, theirs = _account_of(ask.location), _account_of(ask.customer.location)
    if ours and theirs and ours.pk != theirs.pk:
        yield Reason(Refusal.ACCOUNT, f"{ask.location} belongs to {ours}, and the customer to {theirs}.")


def _account_of(location):
    return location.account if location else None


def _gone(ask, facts):
    if ask.customer.gone_at:
        yield Reason(Refusal.GONE, f"Inactive at FeedbackAPI since {day(ask.customer.gone_at)}.")


def _unknown_there(ask, facts):
    """A customer has to exist there, and is made from an e-mail address or a number."""
    if not ask.customer.vendor_id and not ask.customer.email and not ask.customer.phone:
        yield Reason(Refusal.ADDRESS, "Neither an e-mail address nor a number, so FeedbackAPI cannot have them.")


# --- Reasons not to send a message ------------------------------------------------------------


def _opted_out(ask, facts):
    if ask.customer.opted_out_at:
        yield Reason(Refusal.OPTED_OUT, f"Opted out on {day(ask.customer.opted_out_at)}.")


def _invalid(ask, facts):
    if ask.customer.is_invalid:
        yield Reason(Refusal.INVALID, "Marked invalid at FeedbackAPI: a message to them could not be delivered.")


def _address(ask, facts):
    why = out_of_reach(ask.customer, channel_of(ask))
    if why:
        yield Reason(Refusal.ADDRESS, why)


def out_of_reach(customer, channel):
    """Why a message of this channel cannot reach a customer, "" where it can."""
    if channel == Channel.EMAIL and not customer.email:
        return "No e-mail address, and this template is an e-mail."
    if channel == Channel.SMS and not (customer.phone or customer.vendor_mobile):
        return "No mobile number, and this template is a text message."
    if channel == Channel.SMS and customer.phone and customer.phone.line_type in NO_TEXTS:
        return "Their number is a line that takes no text messages."
    return ""


def _wrong_party(ask, facts):
    wrong_at = ask.customer.phone and ask.customer.phone.wrong_party_at
    right_at = ask.customer.phone and ask.customer.phone.right_party_at
    if wrong_at and not (right_at and right_at > wrong_at):
        yield Reason(Refusal.WRONG_PARTY, f"Somebody else answered at their number on {day(wrong_at)}.")


def _open_case(ask, facts):
    if facts.open_case:
        since = day(facts.open_case.opened_at)
        yield Reason(Refusal.OPEN_CASE, f"{facts.open_case} of theirs is open since {since}: it comes first.")


def _cool_down(ask, facts):
    """By days, not hours: "again from 3 December" holds from that day's first minute."""
    days, asked_at = facts.rule.cool_down_days, facts.asked_at
    if not days or not asked_at:
        return
    again = timezone.localdate(asked_at) + timedelta(days=days)
    if timezone.localdate(ask.due) < again:
        planned = asked_at > timezone.now()
        said = f"To be asked on {day(asked_at)} already" if planned else f"Asked on {day(asked_at)}"
        yield Reason(Refusal.COOL_DOWN, f"{said}; again from {day(again)}.")


def _allowance(ask, facts):
    most = _sms_allowance(ask)
    if most is not None and facts.sms_used >= most:
        used = _used(facts, most)
        yield Reason(Refusal.ALLOWANCE, f"The text messages of {ask.location.account} are used up: {used}.")


def _sms_allowance(ask):
    account = _account_of(ask.location)
    return account.sms_allowance if account and channel_of(ask) == Channel.SMS else None


def _used(facts, most):
    return f"at least {facts.sms_used:,} of {most:,} this month, campaigns not visible"


LINK_RULES = (_template, _location, _account, _gone, _unknown_there)
RULES = (
    *(_opted_out, _gone, _wrong_party, _invalid, _open_case, _cool_down),
    *(_address, _template, _location, _account, _allowance),
)


# --- What is said beside ----------------------------------------------------------------------


def _allowed_time(ask, facts):
    return quiet.next_time(ask.due, facts.zone, facts.rule.quiet_from, facts.rule.quiet_until)


def _quiet_note(ask, facts, goes_at):
    clock = ZoneInfo(facts.zone)
    there, goes = ask.due.astimezone(clock), goes_at.astimezone(clock)
    whose = "where they are" if facts.zone_is_told else f"in {ask.location}, whose clock we take for theirs"
    until = f"{goes:%H:%M}" if goes.date() == there.date() else f"{day(goes.date())}, {goes:%H:%M}"
    yield Reason("quiet_hours", f"It would be {there:%H:%M} {whose}; it goes {until} there.")


def _allowance_note(ask, facts):
    most = _sms_allowance(ask)
    if most is not None and facts.sms_used < most:
        yield Reason("allowance", f"Text messages of {ask.location.account}: {_used(facts, most)}.")


def day(when):
    """ "3 November", of a date or an aware time in the reader's zone; with the year where it is another one."""
    date = timezone.localdate(when) if isinstance(when, datetime) else when
    words = f"{date.day} {date:%B}"
    return words if date.year == timezone.localdate().year else f"{words} {date.year}"
