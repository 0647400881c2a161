"""The deeds on thresholds: writing one, changing it, being told, taking it away."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from feedback.alerts import words
from feedback.alerts.choices import Ending
from feedback.models import Alert, AlertRule

# Changed, an open alert is about a threshold that is no more.
JUDGED_BY = ("side", "threshold", "days", "least")


class Known(Exception):
    """There is such a threshold already; str() says so."""


def save(by, rule, people, changes):
    """Save an AlertRule, whom it writes to (users), and who changed what: `changes` maps field → [old, new]. Raises
    Known."""
    is_new = rule.pk is None
    try:
        with transaction.atomic():
            if is_new:
                rule.made_by = by
            rule.save()
            rule.mailed.set(people)
            if not is_new and set(JUDGED_BY) & set(changes):
                _end(rule, Ending.CHANGED)
            audit.record(by, "set a threshold" if is_new else "changed a threshold", rule, changes)
    except IntegrityError as error:
        raise Known("There is a threshold for this figure, place, side and time already. Change that one.") from error


def remove(by, rule):
    """Its alerts end, and stay to be read. False when it was removed already."""
    with transaction.atomic():
        if not AlertRule.objects.filter(pk=rule.pk, removed_at=None).update(removed_at=timezone.now()):
            return False
        _end(rule, Ending.REMOVED)
        audit.record(by, "removed a threshold", rule)
    return True


def _end(rule, how):
    Alert.objects.open().filter(rule=rule).update(ended_at=timezone.now(), ended_how=how)


def tell_me(by, rule, wanted):
    """Whether `by` gets the mails of a threshold they may see."""
    with transaction.atomic():
        (rule.mailed.add if wanted else rule.mailed.remove)(by)
        audit.record(by, "asked for mail of a threshold" if wanted else "stopped mail of a threshold", rule)


def in_words(rule):
    """“Call quality, Riverside: below 3.8 of 5 in the last 7 days”."""
    return f"{title(rule)}: {words.threshold(rule)} {words.days(rule.days)}"


def title(rule):
    """What it watches: “Call quality, Riverside”, “NPS, each location by itself”."""
    where = words.place_of_rule(rule)
    return f"{words.label(rule)}, {where[0].lower() + where[1:] if rule.location is None else where}"
