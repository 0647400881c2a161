"""Cases of whom nobody knew who they were, or where: the customer or the location has appeared since."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from feedback.cases import linked, stages
from feedback.cases.notes import note
from feedback.cases.rules import rule_for
from feedback.choices import CaseStage, CaseWord
from feedback.models import Case, CaseSource

APPEARED = Q(case__customer=None, answer__customer__isnull=False)
APPEARED |= Q(case__location=None, answer__location__isnull=False)
APPEARED |= Q(case__location=None, review__location__isnull=False)
APPEARED |= Q(case__customer=None, rating__call__customer__isnull=False)


def name():
    """Write down what is known now. Returns how many cases that changed."""
    related = ("answer__customer__phone", "answer__location", "review__location", "rating__call__customer__phone")
    found = {}
    for source in CaseSource.objects.filter(APPEARED, case__closed_at=None).select_related(*related).order_by("pk"):
        found.setdefault(source.case_id, []).append(source)
    return sum(_name(pk, *_known(sources)) for pk, sources in sorted(found.items()))


def _known(sources):
    """(customer, location): the first that any of them knows, None where none does."""
    things = [source.answer or source.review or source.rating.call for source in sources]
    customers = (customer for thing in things if (customer := getattr(thing, "customer", None)))
    return next(customers, None), next((thing.location for thing in things if thing.location), None)


def _name(pk, customer, location):
    try:
        with transaction.atomic():
            case = Case.objects.open().select_for_update(of=("self",)).filter(pk=pk).first()
            if case is None:
                return False
            _write(case, customer, location)
    except IntegrityError:  # one of the same matter is open already
        return _join(pk, customer, location)
    return True


def _write(case, customer, location):
    case.key = _key(case, customer, location)
    case.customer, case.location = case.customer or customer, case.location or location
    case.number = case.number or (customer.phone if customer else None)
    case.save(update_fields=["key", "customer", "location", "number"])
    note(case, CaseWord.KNOWN, " at ".join(str(one) for one in (case.customer, case.location) if one))


def _key(case, customer, location):
    """The key with what is known now. What the case itself knows comes first, as it does on its row."""
    who, _, place = case.key.rpartition("@")
    customer, location = case.customer_id or customer and customer.pk, case.location_id or location and location.pk
    return f"{f'customer:{customer}' if customer else who}@{location or place}"


@transaction.atomic
def _join(pk, customer, location):
    """What it is about goes to the open case of the same matter; it says where."""
    key = _key(Case.objects.get(pk=pk), customer, location)
    rows = Case.objects.open().filter(Q(pk=pk) | Q(key=key)).values_list("pk", flat=True)
    held = {case.pk: case for case in stages.hold_all(list(rows)) if not case.is_closed}
    mine, other = held.pop(pk, None), next(iter(held.values()), None)
    if mine is None or other is None or other.key != key:
        return False
    said = list(mine.sources.select_related("rating__call"))
    for source in said:
        note(other, CaseWord.JOINED, f"{source.get_kind_display()}: {source.words}, of {mine}")
    mine.sources.update(case=other)
    mine.calls.update(case=other)
    stages.take_over(other, mine)
    if any(stages.is_unheard(other, linked.began(one.rating.call) if one.rating else one.said_at) for one in said):
        hours = rule_for(other.location and other.location.account).clock_hours
        stages.begin_anew(other, timezone.now(), hours)
    mine.stage, mine.drop_reason = CaseStage.DROPPED, f"The same customer’s: {other}"
    mine.closed_at = note(mine, CaseWord.DROPPED, mine.drop_reason).at
    mine.save(update_fields=["stage", "closed_at", "drop_reason"])
    return True
