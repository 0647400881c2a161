"""What is forgotten: nobody's for too long, not contacted, overdue. Each is told once a case, by page and by e-mail."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts import mail
from accounts.choices import Role
from feedback.cases.clock import of as clock_of
from feedback.cases.notes import note
from feedback.cases.rules import RuleBook
from feedback.choices import CaseLevel, CaseStage, CaseWord
from feedback.models import Case, CaseAlarm


def escalate(now=None):
    """Note and tell what has been forgotten by now. Returns how many alarms are new."""
    now, book = now or timezone.now(), RuleBook()
    found = [(case, level) for level in CaseLevel for case in _forgotten(level, book, now)]
    with transaction.atomic():
        new = [alarm for case, level in found if (alarm := _raise(case, level))]
        _tell(new)
    return len(new)


def _forgotten(level, book, now):
    """The cases that have reached a level and were not told of it."""
    told = CaseAlarm.objects.filter(case=OuterRef("pk"), level=level)
    rows = Case.objects.open().filter(_may_be(level, book, now), ~Exists(told)).select_related("location")
    for case in rows.order_by("queue_at", "pk"):
        rule = book.of(case.location.account_id if case.location else None)
        if _reached(level, case, rule, now):
            yield case


def _may_be(level, book, now):
    """Which cases may have reached a level by any rule: the database leaves the others where they are."""
    if level == CaseLevel.UNASSIGNED:
        return Q(stage=CaseStage.OPEN, opened_at__lte=now - timedelta(hours=book.lowest("assign_hours")))
    if level == CaseLevel.OVERDUE:
        return Q(contacted_at=None, due_at__lte=now)
    return Q(contacted_at=None, opened_at__lte=now - timedelta(hours=book.lowest("contact_hours")), due_at__gt=now)


def _reached(level, case, rule, now):
    began = case.reopened_at or case.opened_at
    if level == CaseLevel.OVERDUE:
        return case.due_at <= now
    if level == CaseLevel.UNASSIGNED:
        return began + timedelta(hours=rule.assign_hours) <= now
    # Once it is overdue, that says it.
    return began + timedelta(hours=rule.contact_hours) <= now < case.due_at


def _raise(case, level):
    """The CaseAlarm where it is new, else None: of two workers one writes it."""
    alarm, is_new = CaseAlarm.objects.get_or_create(case=case, level=level)
    if is_new:
        note(case, CaseWord.ESCALATED, CaseLevel(level).label)
    return alarm if is_new else None


# --- By e-mail --------------------------------------------------------------------------------


def _tell(alarms):
    """One letter to each who watches over one of their locations. An alarm is written once, and so is its letter."""
    told = {}
    for alarm in alarms:
        for person in supervisors_of(alarm.case.location):
            told.setdefault(person, []).append(alarm)
    for person, mine in told.items():
        lines = [_line(alarm) for alarm in mine]
        mail.write(f"cases:{person.pk}:{mine[0].pk}", person, "feedback/mail/cases", {"lines": lines})


def supervisors_of(location):
    """Who watches over a location; where nobody does, or it is not known, who sees all of them."""
    people = get_user_model().objects.people().filter(is_active=True)
    here = people.filter(role=Role.SUPERVISOR, locations=location) if location else people.none()
    watching = list(here.order_by("pk"))
    return watching or list(people.filter(role__in=(Role.SUPERVISOR, Role.ADMIN), sees_all_locations=True))


def _line(alarm):
    """No name of a customer: a mail goes through other people's servers."""
    case = alarm.case
    return {
        "case": case,
        "level": alarm.get_level_display(),
        "clock": clock_of(case).words,
        "place": case.location or "no location known",
    }
