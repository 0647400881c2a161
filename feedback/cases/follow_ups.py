"""The second survey of a resolved case: asked after the cool-down, and what came of it.

The request is one of ours like any other: it waits in the outbox and is judged again at its time. What counts as the
result is the customer's next score within 90 days, however they were asked.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from feedback import proposals, survey_facts, verdict
from feedback.cases.notes import note
from feedback.cases.rules import rule_for
from feedback.choices import CaseStage, CaseWord, Mood, RequestOrigin, RequestStatus
from feedback.inbox.moods import OF_MOOD, mood_of, score_of
from feedback.models import Case, Feedback, FeedbackRequest
from feedback.request_status import shown as request_shown
from feedback.request_status import with_status
from feedback.services import requests

COUNTS_FOR = timedelta(days=90)
NOON = time(12)
SCORED = OF_MOOD[Mood.HAPPY] | OF_MOOD[Mood.BETWEEN] | OF_MOOD[Mood.UNHAPPY]


def plan(case, by):
    """Ask the customer of a case that has just been resolved again; why nobody is asked is kept with it."""
    try:
        case.follow_up, case.follow_up_why = _ask(case, by), ""
    except CannotAsk as cannot:
        case.follow_up, case.follow_up_why = None, str(cannot)[:300]
    case.save(update_fields=["follow_up", "follow_up_why"])
    at = case.follow_up and case.follow_up.due_at
    note(case, CaseWord.FOLLOW_UP, f"Planned for {verdict.day(at)}" if at else case.follow_up_why)


class CannotAsk(Exception):
    """Nobody is asked again; `str()` says why."""


def _ask(case, by):
    location = case.location or (case.customer and case.customer.location)
    if case.customer is None:
        raise CannotAsk("No customer of ours is known for it.")
    if not rule_for(location and location.account).follow_up:
        raise CannotAsk("The case rule asks nobody again.")
    template = _template(case, location)
    due = when(case.customer, location)
    try:
        return requests.request(case.customer, template, location, by, due=due, origin=RequestOrigin.CASE)
    except requests.NotAsked as refused:
        raise CannotAsk(str(refused)) from refused


def _template(case, location):
    """The one they answered to, where it is in use still: one scale before and after. Else the first that fits."""
    answered = FeedbackRequest.objects.filter(feedback__case_source__case=case, template__is_active=True)
    before = answered.select_related("template").order_by("-requested_at").first()
    fits = before and before.template.account_id in (None, location and location.account_id)
    return before.template if fits else proposals.first_template(case.customer, location)


def when(customer, location):
    """When somebody may be asked again (aware): the day after the cool-down, at noon by the reader's clock.

    It counts from when they were asked last; of who never was, from now. A day more, because the day on which it ends
    is another one by another clock.
    """
    now = timezone.now()
    facts = survey_facts.FactBook([customer], now).of(customer, location)
    days = facts.rule.cool_down_days
    begins = timezone.localdate(facts.asked_at or now) + timedelta(days=days + 1)
    day = max(begins, timezone.localdate(now) + timedelta(days=1))
    return timezone.make_aware(datetime.combine(day, NOON))


def cancel(case, by):
    """The case is open again: nobody is asked meanwhile. One that was sent stays sent."""
    if case.follow_up_id:
        try:
            requests.drop(case.follow_up, by, f"{case} was reopened")
        except requests.CannotCancel:
            return
    case.follow_up, case.follow_up_why = None, ""


# --- What came of it --------------------------------------------------------------------------


def look(now=None):
    """Write down what resolved cases came to. Returns how many."""
    now = now or timezone.now()
    first = Feedback.objects.filter(
        SCORED, customer=OuterRef("customer"), left_at__gt=OuterRef("closed_at"), gone_at=None
    )
    waiting = Case.objects.filter(stage=CaseStage.RESOLVED, recovered=None, customer__isnull=False)
    waiting = waiting.filter(closed_at__gte=now - COUNTS_FOR - timedelta(days=1))
    found = waiting.annotate(next=Subquery(first.order_by("left_at", "pk").values("pk")[:1])).exclude(next=None)
    return sum(_answered(case) for case in found)


def _answered(case):
    """Whether the answer counts, and it was not written down before."""
    answer = Feedback.objects.get(pk=case.next)
    if answer.left_at > case.closed_at + COUNTS_FOR:
        return False
    recovered = mood_of(answer) == Mood.HAPPY
    mine = Case.objects.filter(pk=case.pk, stage=CaseStage.RESOLVED, recovered=None, closed_at=case.closed_at)
    if not mine.update(recovered=recovered, next_answer=answer):
        return False
    said = "Recovered" if recovered else "Not recovered"
    note(case, CaseWord.ANSWERED, f"{said}: {score_of(answer).words}", at=answer.left_at)
    return True


def resurveyed():
    """Resolved cases whose customer was asked again by us, or answered whoever asked."""
    return Q(stage=CaseStage.RESOLVED) & (Q(next_answer__isnull=False) | Q(follow_up__vendor_id__isnull=False))


@dataclass(frozen=True)
class Shown:
    """How the second survey of a case stands; `request` and `answer` are ids."""

    label: str
    tone: str = ""
    icon: str = "send"
    why: str = ""
    request: int | None = None
    answer: int | None = None


def shown(case, now=None):
    """The Shown of a case, None where nobody was to be asked again yet."""
    if case.recovered is not None:
        return _result(case)
    if case.follow_up_id is None:
        return Shown("Not asked again", why=case.follow_up_why) if case.follow_up_why else None
    row = with_status(FeedbackRequest.objects.filter(pk=case.follow_up_id)).select_related("delivery", "cancelled_by")
    return _asked(case, row.get(), now or timezone.now())


def _result(case):
    if case.recovered:
        return Shown("Recovered", "good", "smile", request=case.follow_up_id, answer=case.next_answer_id)
    return Shown("Not recovered", "bad", "frown", request=case.follow_up_id, answer=case.next_answer_id)


def _asked(case, request, now):
    status, looks = RequestStatus(request.status), request_shown(request)
    if status == RequestStatus.WAITING:
        return Shown(f"To be asked on {verdict.day(request.due_at or now)}", "info", "clock", request=request.pk)
    if status in (RequestStatus.NOT_SENT, RequestStatus.CANCELLED, RequestStatus.NEEDS_PERSON):
        return Shown("Not asked again", looks.tone, looks.icon, looks.why, request.pk)
    if case.closed_at and case.closed_at + COUNTS_FOR < now:
        return Shown("No answer", "", "minus", "Within 90 days they did not answer.", request.pk)
    return Shown(looks.label, looks.tone, looks.icon, "No score yet", request.pk)
