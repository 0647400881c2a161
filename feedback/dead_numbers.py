"""How many of the numbers that were called are dead: a figure of numbers, which no day can be added to another for."""

from django.db.models import Case, Exists, F, OuterRef, Q, When

from customers.models import Customer, PhoneNumber
from feedback.figures import Metric

DISCONNECTED = Metric(
    "disconnected_number_rate",
    "Dead numbers",
    "100 × numbers last found not in service / numbers last found in service or not",
    "disconnected",
    "definite",
    "numbers",
    better="down",
    source="numbers",
    leaves_out="busy and unanswered lines, which say nothing of the number; numbers of no customer of these locations",
)


# name → the facts of which one is the last that is known of the number
COUNTS = {"disconnected": ("disconnected_at",), "definite": ("disconnected_at", "reached_at")}
_OTHER = {"disconnected_at": "reached_at", "reached_at": "disconnected_at"}


def figure(scope):
    """The Figure of the numbers of which something definite was learned last in these days (the house's own).

    An agent or a provider has no numbers: narrowed to one the base is empty.
    """
    return DISCONNECTED.of({name: numbers(scope, name).count() for name in COUNTS})


def numbers(scope, name):
    """The PhoneNumbers that the count `name` of COUNTS counts, each with `moment`: when that was learned."""
    if scope.agent or scope.provider or not scope.user.is_supervisor:
        return PhoneNumber.objects.none()
    last = Q()
    for field in COUNTS[name]:
        last |= _in(scope, field) & _is_last(field)
    return _of_places(scope).filter(last).annotate(moment=_MOMENT)


# Whichever is the later; where one never was, the other.
_MOMENT = Case(
    When(Q(reached_at=None) | Q(disconnected_at__gt=F("reached_at")), then="disconnected_at"), default="reached_at"
)


def _of_places(scope):
    """Of customers at the locations; where nothing is narrowed, of any customer: a number of nobody's never counts."""
    return PhoneNumber.objects.order_by().filter(
        Exists(Customer.objects.filter(scope.of_places(), phone=OuterRef("pk")))
    )


def _in(scope, field):
    first, last = scope.house_span()
    return Q(**{f"{field}__gte": first, f"{field}__lt": last})


def _is_last(field):
    """This fact is newer than the other, which may never have been; of two at once the number was reached."""
    other = _OTHER[field]
    later = "gt" if field == "disconnected_at" else "gte"
    return Q(**{f"{field}__isnull": False}) & (Q(**{other: None}) | Q(**{f"{field}__{later}": F(other)}))
