"""What tests of cases begin with: unhappy answers that are past their time of grace, and the cases they opened."""

from datetime import timedelta

from django.utils import timezone

from feedback.cases import opening, stages
from feedback.choices import ContactHow, RootCause
from feedback.models import Case
from tests.feedback.answered import make_feedback, make_review

QUARTER = timedelta(minutes=15)  # past the time of grace


def unhappy(location, customer=None, ago=QUARTER, **fields):
    """An answer with NPS 2, told so long ago."""
    at = timezone.now() - ago
    fields = {"nps_score": 2, "comments": "Nobody rang back.", "left_at": at, "told_at": at} | fields
    return make_feedback(location, customer, **fields)


def low_review(location=None, ago=QUARTER, **fields):
    at = timezone.now() - ago
    fields = {"rating": 1, "reviewer_name": "R. Stone", "written_at": at, "told_at": at} | fields
    return make_review(location, **fields)


def told_again(answer, at, **fields):
    """The vendor told the same answer otherwise, at `at`."""
    type(answer).objects.filter(pk=answer.pk).update(told_at=at, **fields)


def case_of(location, customer=None, owner=None, **fields):
    """A case that an unhappy answer opened, `owner`'s where one is given."""
    answer = unhappy(location, customer, **fields)
    opening.sweep()
    case = Case.objects.get(sources__answer=answer)
    return stages.assign(case, owner, owner) if owner else case


def contacted(case, by):
    return stages.contact(case, by, ContactHow.EMAIL)


def resolved(case, by):
    return stages.resolve(case, by, RootCause.WAITING, how=ContactHow.EMAIL)


def at_hour(case, hours):
    """As if the case had been opened so many hours ago."""
    back = case.opened_at - (timezone.now() - timedelta(hours=hours))
    Case.objects.filter(pk=case.pk).update(
        opened_at=case.opened_at - back, due_at=case.due_at - back, queue_at=case.queue_at - back
    )
    case.sources.update(added_at=case.opened_at - back)
    case.refresh_from_db()
    return case
