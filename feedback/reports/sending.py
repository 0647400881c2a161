"""Sending weekly reports: to whom, when by their own clock, once a person and week however often the worker dies."""

import logging
from datetime import datetime, time, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit, mail
from accounts.access import SUPERVISORS
from accounts.models import User
from customers.models import Location
from feedback.coaching.pick import monday
from feedback.models import Report, ReportWish
from feedback.reports import weekly
from feedback.scope import zone_of

log = logging.getLogger(__name__)
LATE = timedelta(days=2)  # after that the week's report is stale news, and stays on the page only
TEMPLATE = "feedback/mail/weekly_report"
FAILING_SHOWN = 20


def moment(user, wish, now):
    """The last time their report was due (aware), by their own clock."""
    here = now.astimezone(zone_of(user.time_zone))
    day = here.date() - timedelta(days=(here.weekday() - wish.weekday) % 7)
    due = datetime.combine(day, time(wish.hour), tzinfo=here.tzinfo)
    return due if due <= now else datetime.combine(day - timedelta(days=7), time(wish.hour), tzinfo=here.tzinfo)


def week_before(at):
    """The Monday of the last whole week before a moment, by its own clock."""
    return monday(at.date()) - timedelta(days=7)


def last_week_of(user):
    return week_before(timezone.now().astimezone(zone_of(user.time_zone)))


def wish_of(user):
    """When they want it; what nobody has said is Monday at seven."""
    return ReportWish.objects.filter(user=user).first() or ReportWish(user=user, changed_at=user.date_joined)


def send_due(now=None):
    """Writes the reports that are due: one person after the other, each in a transaction of its own. How many."""
    now = now or timezone.now()
    return sum(_send_safely(user, week) for user, week in due(now))


def due(now):
    """[(User, Monday)] of whoever has not got theirs."""
    people = User.objects.people().filter(is_active=True, role__in=SUPERVISORS).select_related("report_wish")
    sent = set(
        Report.objects.filter(was_asked_for=False, week__gte=now.date() - timedelta(days=28)).values_list(
            "user", "week"
        )
    )
    found = []
    for user in people.order_by("pk"):
        at = _due_at(user, now)
        if at and (user.pk, week_before(at)) not in sent:
            found.append((user, week_before(at)))
    return found


def _due_at(user, now):
    """When it was due, where that is not long ago and they wanted it by then; else None."""
    wish = getattr(user, "report_wish", None) or ReportWish(user=user, changed_at=user.date_joined)
    at = moment(user, wish, now)
    return at if wish.is_on and at > now - LATE and wish.changed_at <= at and user.date_joined <= at else None


def _send_safely(user, week):
    """One person's trouble is nobody else's: it is written down, shown to them and to admins, and tried again."""
    try:
        is_sent = send(user, week) is not None
    except weekly.Behind:
        log.warning("The report of user %s waits: the figures are being counted", user.pk)
        return False
    except Exception as error:
        _note_failure(user, error)
        return False
    ReportWish.objects.filter(user=user, failures__gt=0).update(failures=0, failed_at=None)
    return is_sent


def _note_failure(user, error):
    """The first with all of it; of those after it the log has a line each."""
    wish, _ = ReportWish.objects.get_or_create(user=user, defaults={"changed_at": user.date_joined})
    first = wish.failed_at or timezone.now()
    ReportWish.objects.filter(pk=wish.pk).update(failures=F("failures") + 1, failed_at=first)
    log.error(
        "The report of user %s could not be told, %s tries so far: %s",
        *(user.pk, wish.failures + 1, type(error).__name__),
        exc_info=None if wish.failures else error,
    )


def failing(user):
    """[ReportWish] of reports that could not be written: one's own, an admin's all."""
    rows = ReportWish.objects.filter(failures__gt=0, is_on=True, user__is_active=True).select_related("user")
    return list((rows if user.is_admin else rows.filter(user=user)).order_by("failed_at")[:FAILING_SHOWN])


def send(user, week, asked_for=False):
    """The Report of that week, with its letter on the way; None for who sees no location, or has it already. Raises
    weekly.Behind."""
    if not user.sees_all_locations and not Location.objects.visible_to(user).exists():
        return None
    told = weekly.tell(user, week)
    key = f"weekly:{user.pk}:{week}" + (f":{uuid4().hex}" if asked_for else "")
    try:
        with transaction.atomic():
            report = Report(user=user, week=week, was_asked_for=asked_for, told=told, places=places_of(user))
            report.save()
            report.letter = mail.write(key, user, TEMPLATE, context(report), html=True)
            report.save(update_fields=["letter"])
            return report
    except IntegrityError:
        if Report.objects.filter(user=user, week=week, was_asked_for=False).exists():
            return None  # another worker was first
        raise


def places_of(user):
    """Whose figures are in it; None: everybody's."""
    if user.sees_all_locations:
        return None
    return sorted(Location.objects.visible_to(user).values_list("pk", flat=True).distinct())


def may_still_see(user, report):
    """Whether an old report tells of nothing that its reader does not see any more."""
    if user.sees_all_locations:
        return True
    return report.places is not None and set(report.places) <= set(places_of(user))


def context(report):
    """What page and mail are rendered with."""
    return {"report": report, "told": weekly.dated(report.told), "week": report.week, "site": settings.PUBLIC_URL}


def save_wish(by, fields):
    """When `by` wants theirs: is_on, weekday, hour. Saved as it was, it changes nothing: a change after the hour would
    put off the report that is due."""
    with transaction.atomic():
        before = wish_of(by)
        changes = {
            name: [getattr(before, name), value] for name, value in fields.items() if getattr(before, name) != value
        }
        if not changes:
            return before
        wish, _ = ReportWish.objects.update_or_create(user=by, defaults={**fields, "changed_at": timezone.now()})
        audit.record(by, "changed their weekly report", wish, changes)
    return wish
