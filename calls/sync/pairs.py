"""Which of a vendor's calls is which of ours, where only resemblance can say; what is not certain is told.

For every vendor that has a list to look in.
"""

from collections import Counter

from calls.choices import CallStatus
from calls.models import Call, CallEvent
from calls.services import events

LOOKS = 2  # complete ones that must miss a call: one may have fallen between two pages


def certain(fits, name):
    """([(call, report)] where each fits the other alone, pks of the calls that anything fits).

    fits  (Call, report) pairs; `name(report)` is the vendor's id. A call that several fit is said to be one.
    """
    for_call = Counter(call.pk for call, _ in fits)
    for_report = Counter(name(report) for _, report in fits)
    for call in {call.pk: call for call, _ in fits if for_call[call.pk] > 1}.values():
        _note_choice(call)
    return [(c, r) for c, r in fits if for_call[c.pk] == for_report[name(r)] == 1], set(for_call)


def not_found(vendor):
    """The sentence for a call that no list shows."""
    return f"Not found at {vendor}: it probably did not ring. You decide."


def _note_choice(call):
    text = f"More than one of {call.connection}'s calls fits this one: we do not choose"
    if events.note(call, "several_fit", text, dedupe="several_fit"):
        Call.objects.filter(pk=call.pk, vendor_id=None).update(why=f"{text}. You decide whether it rang.")


def note_absence(missing):
    """Count a complete look that did not find these calls, later than they could show up; the second is said."""
    for call in missing:
        if call.status == CallStatus.UNCERTAIN:
            _count_look(call)


def _count_look(call):
    before = CallEvent.objects.filter(call=call, word="not_found").count()
    if before < LOOKS:
        events.note(call, "not_found", f"Not in {call.connection}'s list", dedupe=f"not_found:{before + 1}")
    if before + 1 == LOOKS:
        undecided = Call.objects.filter(pk=call.pk, status=CallStatus.UNCERTAIN, vendor_id=None)
        undecided.update(why=not_found(call.connection))
