"""Who is told of an alert by mail: once when it opens, once when it has recovered."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from accounts import mail
from accounts.access import SUPERVISORS
from accounts.models import User
from feedback.alerts import words


def may_be_told(location):
    """Whoever may know of a place: the supervisors who see it; of all locations together (None) who sees all."""
    people = User.objects.people().filter(is_active=True, role__in=SUPERVISORS)
    sees = Q(sees_all_locations=True)
    return people.filter(sees if location is None else sees | Q(locations=location)).distinct()


def opened(alert):
    """Call it in the transaction that opens the alert."""
    _tell(alert, "opened")


def recovered(alert):
    _tell(alert, "recovered")


def _tell(alert, what):
    for person in may_be_told(alert.location).filter(pk__in=alert.rule.mailed.values("pk")):
        mail.write(f"alert:{alert.pk}:{what}:{person.pk}", person, f"feedback/mail/alert_{what}", _context(alert))


def _context(alert):
    site, rule = settings.PUBLIC_URL, alert.rule
    return {
        "alert": alert,
        "label": words.label(rule),
        "place": words.place(alert),
        "then": words.shown(rule, alert.value, alert.n),
        "then_base": words.base(rule, alert.n),
        "now": words.shown(rule, alert.latest_value, alert.latest_n),
        "now_base": words.base(rule, alert.latest_n),
        "threshold": words.threshold(rule, alert.threshold),
        "days": words.days(alert.days),
        "formula": words.metric_of(rule).formula,
        "link": site + reverse("feedback:alert", args=[alert.pk]),
        "receipt": site + words.receipt(alert),
        "rules": site + reverse("feedback:alert_rules"),
    }
