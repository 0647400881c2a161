"""The named queries of cases. Each has a pinned number of queries in its test."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce, Left
from django.utils import timezone

from calls.models import Call
from customers.models import DoNotCall, Location
from feedback.choices import CaseLevel, CaseStage, CaseWord
from feedback.models import Case, CaseAlarm, CaseSource

COUNT_TO = 99
TEXT_SHOWS = 160
LAST_CALLS = 5
AT_HAND = 12  # people with a button of their own; the others stand in a list


def is_overdue(now=None):
    """Cases whose clock ran out before anybody had contacted the customer."""
    return Q(closed_at=None, contacted_at=None, due_at__lte=now or timezone.now())


def overdue_flag(now=None):
    """The same as a column of its own."""
    return ExpressionWrapper(is_overdue(now), output_field=BooleanField())


def case_rows(cases):
    """What a row of the queue shows, prefetched: the same number of queries for one row and for fifty."""
    starts = {"answer_start": Left("answer__comments", TEXT_SHOWS + 1)}
    starts |= {"title_start": Left("review__title", TEXT_SHOWS + 1)}
    starts |= {"text_start": Left("review__description", TEXT_SHOWS + 1)}
    sources = CaseSource.objects.annotate(**starts)
    related = cases.annotate(is_blocked=Exists(_do_not_call())).select_related(
        "customer__phone", "number", "location", "owner"
    )
    return related.prefetch_related(Prefetch("sources", sources))


def _do_not_call():
    """What holds now against ringing the number a case would ring, for everybody or at its location's account."""
    for_whom = Q(account=None) | Q(account=OuterRef("location__account"))
    return DoNotCall.objects.holding().filter(
        for_whom, number=Coalesce(OuterRef("customer__phone"), OuterRef("number"))
    )


def case_lines(cases):
    """Cases for a file."""
    return cases.select_related("customer", "location", "owner").prefetch_related("sources")


def sources_of(case):
    """What a case is about, the first one first, each with its row."""
    related = ("answer__location", "review__location", "rating__call__agent", "rating__saved_by")
    return case.sources.select_related(*related).defer("answer__vendor_raw", "review__vendor_raw")


def counts(user, now=None):
    """How many of this person's cases ask for somebody: nobody's, or overdue. Counted to COUNT_TO + 1."""
    waiting = Case.objects.visible_to(user).open().filter(is_overdue(now) | Q(stage=CaseStage.OPEN))
    return waiting.order_by().values("pk")[: COUNT_TO + 1].count()


ALARMS_SHOWN = 20


def alarms(user):
    """What is forgotten still, of the cases this supervisor watches, the latest first."""
    if not user.is_supervisor:
        return []
    still = Q(level=CaseLevel.UNASSIGNED, case__stage=CaseStage.OPEN)
    still |= Q(level__in=(CaseLevel.NO_CONTACT, CaseLevel.OVERDUE), case__contacted_at=None)
    mine = CaseAlarm.objects.filter(still, case__closed_at=None, case__in=Case.objects.visible_to(user).open())
    return list(mine.select_related("case__customer", "case__location").order_by("-at", "-pk")[:ALARMS_SHOWN])


def open_of(customer, user):
    """The open cases of a customer at the places this person sees, and their own; the most urgent first.

    A colleague's stand there too: whoever talks to the customer shall know. Only its page is not for everybody.
    """
    here = Q() if user.sees_all_locations else Q(location__in=Location.objects.visible_to(user)) | Q(owner=user)
    return list(Case.objects.open().filter(here, customer=customer).select_related("owner", "location"))


def is_open_to(user, case):
    """Whether this person may open its page. Of the agent who has it nothing is asked."""
    return case.owner_id == user.pk or (
        user.is_supervisor and Case.objects.visible_to(user).filter(pk=case.pk).exists()
    )


def case_of(thing):
    """The Case that an answer, a review or a rating opened or joined, or None."""
    source = CaseSource.objects.filter(**{_NAMES[type(thing)._meta.model_name]: thing})
    found = source.select_related("case__owner", "case__location").first()
    return found.case if found else None


_NAMES = {"feedback": "answer", "review": "review", "rating": "rating"}


def people_for(case):
    """Whom a case may be given to: who is at its location and works here."""
    people = get_user_model().objects.filter(is_active=True).people()
    here = Q(locations=case.location_id) if case.location_id else Q()
    return people.filter(Q(pk__in=people.filter(here | Q(sees_all_locations=True)).values("pk"))).order_by("name", "pk")


@dataclass(frozen=True)
class Entry:
    """One line of a case's story."""

    at: datetime
    icon: str
    title: str
    text: str = ""
    by: str = ""
    tone: str = ""
    call: object = None


ICONS = {
    CaseWord.OPENED: ("circle-alert", "bad"),
    CaseWord.JOINED: ("circle-alert", "bad"),
    CaseWord.ASSIGNED: ("user-round", ""),
    CaseWord.RELEASED: ("user-round-x", ""),
    CaseWord.NOTE: ("notebook-pen", ""),
    CaseWord.CONTACTED: ("phone", "info"),
    CaseWord.WITHDRAWN: ("undo-2", ""),
    CaseWord.RESOLVED: ("check", "good"),
    CaseWord.DROPPED: ("minus", ""),
    CaseWord.REOPENED: ("rotate-ccw", "warn"),
    CaseWord.ESCALATED: ("bell", "warn"),
    CaseWord.FOLLOW_UP: ("send", ""),
    CaseWord.KNOWN: ("user-round-check", ""),
    CaseWord.ANSWERED: ("reply", "info"),
}


def story(case, user):
    """What was done with a case and every call with the customer since, oldest first; calls that are not this
    person's to open stand without a way in. Three queries."""
    calls = list(_calls_since(case))
    mine = set(Call.objects.visible_to(user).filter(pk__in=[call.pk for call in calls]).values_list("pk", flat=True))
    events = [_event(event, mine) for event in case.events.select_related("by", "call")]
    entries = [*events, *(_call(call, mine) for call in calls)]
    return sorted(entries, key=lambda entry: entry.at)


def _event(event, mine):
    icon, tone = ICONS[event.word]
    by = str(event.by) if event.by else "" if event.word in (CaseWord.OPENED, CaseWord.JOINED) else "By itself"
    call = event.call if event.call_id in mine else None
    return Entry(event.at, icon, event.get_word_display(), event.text, by, tone, call)


def _calls_since(case):
    """Calls that were made for it, and those with its customer since it was opened."""
    whom = Q(case_call__case=case.pk)
    if case.customer_id:
        whom |= Q(customer=case.customer_id, created_at__gte=case.opened_at)
    elif case.number_id:
        whom |= Q(number=case.number_id, created_at__gte=case.opened_at)
    until = Q(created_at__lte=case.closed_at) if case.closed_at else Q()
    return Call.objects.filter(whom, until).select_related("agent", "rating").order_by("created_at", "pk")


def _call(call, mine):
    rating = getattr(call, "rating", None)
    text = rating.get_outcome_display() if rating else call.get_status_display()
    return Entry(
        call.created_at, "phone-call", "Call", text, str(call.agent or ""), call=call if call.pk in mine else None
    )
