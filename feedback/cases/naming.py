"""Cases of whom nobody knew who they were, or where: the customer or the location has appeared since."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from feedback.cases.notes import note
from feedback.choices import CaseStage, CaseWord
from feedback.models import Case, CaseSource

APPEARED = Q(case__customer=None, answer__customer__isnull=False)
APPEARED |= Q(case__location=None, answer__location__isnull=False)
APPEARED |= Q(case__location=None, review__location__isnull=False)
APPEARED |= Q(case__customer=None, rating__call__customer__isnull=False)


def name():
    """Write down what is known now. Returns how many cases that changed."""
    related = ("answer__customer__phone", "answer__location", "review__location", "rating__call__customer__phone")
    found = CaseSource.objects.filter(APPEARED, case__closed_at=None).select_related(*related).order_by("case", "pk")
    return sum(_name(source) for source in {source.case_id: source for source in found}.values())


def _name(source):
    thing = source.answer or source.review or source.rating.call
    customer = getattr(thing, "customer", None)
    try:
        with transaction.atomic():
            case = Case.objects.open().select_for_update(of=("self",)).filter(pk=source.case_id).first()
            if case is None:
                return False
            _write(case, customer, thing.location)
    except IntegrityError:  # one of the same matter is open already
        return _join(source.case_id, _key(source.case_id, customer, thing.location))
    return True


def _write(case, customer, location):
    case.key = _key(case.pk, customer, location, case.key)
    case.customer, case.location = case.customer or customer, case.location or location
    case.number = case.number or (customer.phone if customer else None)
    case.save(update_fields=["key", "customer", "location", "number"])
    note(case, CaseWord.KNOWN, " at ".join(str(one) for one in (case.customer, case.location) if one))


def _key(pk, customer, location, before=None):
    """The key with what is known now; what is not known stays as it was."""
    before = before or Case.objects.values_list("key", flat=True).get(pk=pk)
    who, _, place = before.rpartition("@")
    who = f"customer:{customer.pk}" if customer else who
    return f"{who}@{location.pk if location else place}"


@transaction.atomic
def _join(pk, key):
    """What it is about goes to the open case of the same matter; it says where."""
    rows = Case.objects.open().select_for_update().filter(Q(pk=pk) | Q(key=key)).order_by("pk")
    held = {case.pk: case for case in rows}
    mine, other = held.pop(pk, None), next(iter(held.values()), None)
    if mine is None or other is None:
        return False
    for source in mine.sources.all():
        note(other, CaseWord.JOINED, f"{source.get_kind_display()}: {source.words}, of {mine}")
    mine.sources.update(case=other)
    mine.calls.update(case=other)
    mine.stage, mine.drop_reason = CaseStage.DROPPED, f"The same customer’s: {other}"
    mine.closed_at = note(mine, CaseWord.DROPPED, mine.drop_reason).at
    mine.save(update_fields=["stage", "closed_at", "drop_reason"])
    return True
