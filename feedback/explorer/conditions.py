"""What each filter means that an index has in the order of dates, as a Q over calls; the others are in probes.py."""

from django.db import connection
from django.db.models import Case, F, Min, OuterRef, Q, Subquery, When
from django.db.models.lookups import Exact

from feedback import metrics, waiting
from feedback.models import RatingLeg
from integrations.choices import DeliveryState

YES, NO, UNKNOWN = "yes", "no", "unknown"
TIMED_OUT = "timed_out"
ANSWERED, NOT_ANSWERED = "any", "none"
_SAID = {YES: True, NO: False}


def _is(field):
    return lambda value: Q(**{field: value})


def _rated(how):
    """By the call's own copy: joined, a million wrap-ups are read for a hundred calls."""
    if how == TIMED_OUT:
        return Q(timed_out_at__isnull=False, wrapped_up_at=None)
    return Q(wrapped_up_at=None) if how == NO else Q(wrapped_up_at__isnull=False)


def _said(field):
    """Yes or no. As a list, because SQLite looks into no index for a bare truth; and PostgreSQL takes what is not
    said for a no, when it guesses how many there are, unless it is told of it."""

    def condition(word):
        said = Q(**{f"{field}__in": [_SAID[word]]})
        return said if _SAID[word] else said & Q(**{f"{field}__isnull": False})

    return condition


def _topic(topic):
    """SQLite looks into the index of what has a topic only where that is asked; PostgreSQL knows it of any text, and
    told of it takes the topic for a rarer one."""
    return Q(topic=topic, topic__gt="") if connection.vendor == "sqlite" else Q(topic=topic)


def _right_party(word):
    if word == UNKNOWN:
        return Q(rating__right_party=None, rating__isnull=False)
    return _said("rating__right_party")(word)


# What needs a person says how a call stands, before what waits, and that before what arrived.
_WORST_FIRST = (DeliveryState.PARKED, DeliveryState.PENDING, DeliveryState.DELIVERED)


def sent(state):
    """How its legs stand, all in one word; worked out for each call that is looked at, and never for all of them."""
    legs = RatingLeg.objects.filter(rating__call=OuterRef("pk"), revision=F("rating__revision")).order_by()
    rank = Case(*(When(delivery__state=one, then=place) for place, one in enumerate(_WORST_FIRST)))
    worst = legs.values("rating__call").annotate(worst=Min(rank)).values("worst")
    return Q(Exact(Subquery(worst), _WORST_FIRST.index(state)))


def _answer(how):
    if how == NOT_ANSWERED:
        return Q(answered__isnull=True)
    return Q(answered__isnull=False) if how == ANSWERED else Q(answered__mood=how)


def counted(name, now):
    """The calls a count counts, of the metrics or of the moment `now`; None where there is no such count (any more)."""
    if name in waiting.COUNTS:
        return waiting.COUNTS[name][0](now)
    return metrics.COUNTS.get(name)


def name_of(name):
    """A count's name in words."""
    if name in waiting.COUNTS:
        return waiting.COUNTS[name][1]
    return f"Counted as {name.replace('_', ' ')}"


BY = {
    "status": _is("status"),
    "kind": _is("kind"),
    "provider": _is("provider"),
    "location": _is("location"),
    "agent": _is("agent"),
    "customer": _is("customer"),
    "outcome": _is("rating__outcome"),
    "issue": _is("issues_heard__issue"),
    "right_party": _right_party,
    "rated": _rated,
    "answer": _answer,
    "resolved": _said("resolved"),
    "repeat": _said("repeat_customer"),
    "topic": _topic,
}
