"""Whether the survey form after a call begins with yes or no, and the sentence that says why."""

from dataclasses import dataclass

from django.utils import timezone

from feedback import survey_facts, templates_kept, verdict
from feedback.choices import Outcome

NOW, LATER, LINK, NO = "now", "later", "link", "no"


@dataclass(frozen=True)
class Proposal:
    """`why` is a sentence without "Proposed:" or "No:". `blocked`: not even a link is for this outcome.

    `verdict` is None where there was nothing to judge; `wait` says how long "now" waits.
    """

    is_yes: bool
    why: str
    verdict: object = None
    blocked: bool = False
    wait: str = ""

    @property
    def choice(self):
        return NOW if self.is_yes else NO

    @property
    def words(self):
        return f"Proposed: {self.why}" if self.is_yes else f"No: {self.why[:1].lower()}{self.why[1:]}"


def blocked(call, outcome, right_party):
    """Why nobody is asked after this, whatever the person wants; "" where one may be."""
    if call.customer is None:
        return "Nobody knows who the customer of this call is."
    if outcome == Outcome.WRONG_PARTY or right_party is False:
        return "The call reached somebody else."
    if outcome == Outcome.DO_NOT_CALL:
        return "They asked not to be called."
    return ""


def of(call, outcome, right_party=None, template=None, location=None, due=None):
    """The Proposal for a call that went so. Template and location as chosen; None takes the first that fits."""
    why = blocked(call, outcome, right_party)
    if why:
        return Proposal(False, why, blocked=True)
    location = location or next(iter(locations_of(call)), None)
    template = template or first_template(call.customer, location)
    now = timezone.now()
    facts = survey_facts.FactBook([call.customer], due or now, about=call).of(call.customer, location)
    at = survey_facts.wished_time(facts.rule, now, due)
    judged = verdict.of(verdict.Ask(call.customer, template, location, at), facts)
    if not judged.may_send:
        return Proposal(False, judged.sentence, judged)
    wait = survey_facts.wait_of(facts.rule)
    if outcome not in facts.rule.asks_after:
        return Proposal(False, not_after(outcome), judged, wait=wait)
    return Proposal(True, f"{Outcome(outcome).label.lower()}, {_last_asked(facts)}.", judged, wait=wait)


def locations_of(call):
    """Where a request about this call may come from: the call's own location, then the customer's."""
    customer = call.customer
    rest = [customer.location, *customer.other_locations.select_related("account")] if customer else []
    found = {one.pk: one for one in [call.location, *rest] if one}
    return list(found.values())


def first_template(customer, location):
    """The template to begin with, None where none is kept."""
    return templates_kept.first_for(customer, templates_kept.for_account(location.account)) if location else None


def not_after(outcome):
    """Why nobody is asked after an outcome that no rule asks after."""
    return f"After “{Outcome(outcome).label}” no survey is proposed."


def _last_asked(facts):
    if facts.asked_at is None:
        return "not asked before"
    days = (timezone.localdate() - timezone.localdate(facts.asked_at)).days
    return f"asked last {days} day{'' if days == 1 else 's'} ago"
