"""The team this minute: who talks, who wraps up, who is free, and what waits too long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, Count, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from calls.choices import LIVE, CallStatus
from calls.models import Call
from customers.models import Location
from feedback import waiting
from feedback.cases.selectors import is_overdue
from feedback.models import Case
from integrations.ccai import directory
from integrations.models import Connection

# Its agent talks, or hears it ring: in a queue nobody does, and one that waits for its agent holds nobody yet.
ON_A_CALL = sorted(LIVE - {CallStatus.QUEUED, CallStatus.NEEDS_AGENT})
MOST = 999  # counting on costs more than it tells
OLD = timedelta(minutes=15)  # what CCAI said of its agents, three times as old as it is read without anybody asking


@dataclass(frozen=True)
class Team:
    """The team of a Scope's locations. `available` is None where CCAI has not said; `as_of`: when it did. What waits
    is counted to MOST + 1."""

    on_a_call: int
    wrapping_up: int
    unfinished: int
    queued_long: int
    overdue: int
    available: int | None
    as_of: datetime | None
    at: datetime
    most: int = MOST


def team(scope, is_followed=False):
    """The Team now. Seven queries at most; no vendor is asked. Where somebody follows it, a worker is rung for to ask
    CCAI who is available."""
    now = timezone.now()
    available, as_of = _available(scope, now, is_followed)
    return Team(**_live(scope, now), **_waiting(scope, now), available=available, as_of=as_of, at=now)


def _live(scope, now):
    live = _of(scope, Call.objects.live())
    talks = Q(status__in=ON_A_CALL)
    return live.aggregate(on_a_call=Count("pk", filter=talks), queued_long=Count("pk", filter=waiting.queued_long(now)))


def _waiting(scope, now):
    """What waits for somebody, each counted as far as it tells something."""
    wrapping_up = Call.objects.ended().filter(wrapped_up_at=None, wrap_up_due_at__gt=now)
    # As the list it opens has them: a supervisor's own too, at a place they do not watch.
    here = {"location": scope.location, "location__account": scope.account, "owner": scope.agent}
    cases = Case.objects.visible_to(scope.user).open().filter(is_overdue(now))
    cases = cases.filter(**{name: value for name, value in here.items() if value})
    return {
        "wrapping_up": _capped(_of(scope, wrapping_up)),
        "unfinished": _capped(_of(scope, Call.objects.filter(waiting.unfinished(now)))),
        "overdue": _capped(cases),
    }


def _of(scope, calls):
    """The scope's of the few `calls`. Place and provider are asked for in a way that no index answers: SQLite would
    take all calls of a place for the way to these few."""
    what = scope.of_places("at")
    calls = calls.annotate(at=Coalesce("location", Value(0), output_field=BigIntegerField()))
    if scope.provider:
        calls = calls.annotate(through=Coalesce("provider", Value("")))
        what &= Q(through=scope.provider)
    for agent in (scope.agent, None if scope.user.is_supervisor else scope.user):
        what &= Q(agent=agent) if agent else Q()
    return calls.filter(what)


def _capped(rows):
    return rows.order_by().values("pk")[: MOST + 1].count()


def _available(scope, now, is_followed):
    """(how many of the team CCAI shows as available, when it said so)."""
    if scope.provider not in ("", "ccai"):
        return None, None
    connection = Connection.objects.of("ccai")
    listed = directory.agents_at_hand(connection, is_followed) if connection.can_send else directory.Listed()
    if not listed.is_known or listed.at < now - OLD:
        return None, listed.at
    free = {agent.email.lower() for agent in listed.rows if agent.is_available}
    return len(free & _team_emails(scope)), listed.at


def _team_emails(scope):
    """The CCAI addresses of the agents who belong to the scope's locations, lower case."""
    people = get_user_model().objects.filter(is_active=True).exclude(ccai_email="")
    if scope.agent:
        people = people.filter(pk=scope.agent.pk)
    if places := scope.of_places("pk"):
        people = people.filter(locations__in=Location.objects.filter(places))
    return {email.lower() for email in people.values_list("ccai_email", flat=True).distinct()}
