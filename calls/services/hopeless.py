"""Planned calls that have no sense any more, whoever learned it: opted out, do-not-call, somebody else's number, dead.

A wrap-up ends them at once; this finds what was learned elsewhere: at a vendor, in a list that was read, by an admin.
"""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from calls import planned
from calls.models import Callback
from calls.services.callbacks import end
from customers.models import DoNotCall

NOT_TO_CALL = "They asked not to be called."
SOMEBODY_ELSE = "Somebody else answers at this number."
DEAD = "The number is not in service."
OPTED_OUT = "They asked not to be contacted."
AT_ONCE = 500  # a list of thousands is done in a few minutes; the rules refuse the dial meanwhile


def end_hopeless():
    """End them with a sentence: how many. The schedule calls it each minute."""
    return sum(_end(row, why) for why, is_so in _REASONS for row in _found(is_so))


def _found(is_so):
    open_ones = planned.ours_to_call(Callback.objects.all()).filter(is_so)
    return list(open_ones.order_by("pk")[:AT_ONCE])


@transaction.atomic
def _end(row, why):
    row = planned.ours_to_call(Callback.objects.select_for_update(of=("self",))).filter(pk=row.pk).first()
    if row is None:  # called, moved or cancelled this very moment
        return 0
    end(row, why)
    return 1


def _on_do_not_call():
    """Listed at the promised time: an entry that is over by then stands in nobody's way."""
    then = Q(until=None) | Q(until__gt=OuterRef("promised_at"))
    listed = DoNotCall.objects.filter(then, number=OuterRef("number"))
    return Exists(listed.filter(Q(account=None) | Q(account=OuterRef("location__account"))))


_REASONS = (
    (OPTED_OUT, Q(customer__opted_out_at__isnull=False)),
    (NOT_TO_CALL, _on_do_not_call()),
    (SOMEBODY_ELSE, Q(number__wrong_party_at__gt=F("made_at"))),
    (
        DEAD,
        Q(number__disconnected_at__gt=F("made_at"))
        & (Q(number__reached_at=None) | Q(number__reached_at__lt=F("number__disconnected_at"))),
    ),
)
