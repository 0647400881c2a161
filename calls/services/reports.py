"""A sight of a call at the vendor becomes events, and the events become the call's state.

Everything here runs in a transaction that holds the call's row: on PostgreSQL by its lock, on SQLite
because such a transaction is the only writer.
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls.choices import CallStatus, EventSource
from calls.models import Call, CallEvent
from calls.services import carrier, events, whose
from calls.status import derive, normal, table_of

_STAMP_OF = {"assigned": "assigned_at", "connected": "connected_at", "queued": "queued_at", "scheduled": "created_at"}
_WAITING = (CallStatus.PLACING, CallStatus.UNCERTAIN, CallStatus.NEEDS_AGENT)
# What is left out, in turn, where all of it would give an agent or a number two open calls.
_LEFT_OUT = ((), ("number",), ("agent",), ("agent", "number"), ("agent", "number", "status"))


@transaction.atomic
def apply_report(call, report, source=EventSource.CCAI):
    """Take in one CallReport; True when it changed the call. Any order, any number of times: the same state."""
    call = _hold(call)
    before = call.status
    _note_word(call, report, source)
    whose.link(call, report)
    is_latest = _latest_raw(call.raw, report.raw) is report.raw
    changes = _state(call, report) | _facts(call, report) | whose.changes(call, report, is_latest)
    changes = {name: value for name, value in changes.items() if getattr(call, name) != value}
    if changes:
        _write(call, changes | {"last_report_at": timezone.now()})
    recognised = _recognise(call, report)
    whose.locate(call)
    if call.status != before or recognised:
        carrier.match_call(call)
    return bool(changes) or recognised


def _hold(call):
    return Call.objects.select_for_update().get(pk=call.pk)


def _note_word(call, report, source):
    """The event of a status word: once for each word with its reason, whenever it is seen again."""
    word, reason = normal(report.status)[:60], report.fail_reason[:60]
    if not word:
        return
    CallEvent.objects.get_or_create(
        call=call,
        dedupe=f"status:{word}:{reason}"[:120],
        defaults={
            "source": source,
            "word": word,
            "status": word,
            "fail_reason": reason,
            "text": _line(call, word, reason),
            "at": _moment(report, word),
            "raw": report.raw,
        },
    )


def _line(call, word, reason):
    """What the timeline says of a word."""
    says, status = table_of(call.provider).says, derive([(word, reason)], call.provider).status
    return says.get(reason) or says.get(word) or (status.label if status else f"A word we do not know: {word}")


def _moment(report, word):
    """The vendor's stamp of this very word where it has one; else of the report; ours when there is none."""
    stamp = getattr(report, _STAMP_OF.get(word, "ended_at"), None)
    return stamp or report.at or timezone.now()


def _state(call, report):
    """What follows from all the words seen: status, the vendor's latest word, reason, the wrap-up's clock."""
    seen = list(call.events.exclude(status="").values_list("status", "fail_reason", "at"))
    derived = derive(((word, reason) for word, reason, _ in seen), call.provider)
    status = derived.status or (CallStatus.QUEUED if call.status in _WAITING and seen else CallStatus(call.status))
    changes = {"status": status, "vendor_status": _latest_word(seen, derived)[:40], "fail_reason": derived.fail_reason}
    if status.is_final:
        ended = _latest(call.ended_at, report.ended_at) or report.at or timezone.now()
        changes["ended_at"] = ended
        if status.can_be_wrapped_up and call.wrap_up_due_at is None:
            # From now on at the earliest: after an outage nobody's minutes are over before they began.
            begins = max(ended, timezone.now())
            changes["wrap_up_due_at"] = begins + timedelta(seconds=settings.WRAP_UP_SECONDS)
    return changes


def _latest_word(seen, derived):
    """The word that decided; an unknown one where it came later and nothing has ended."""
    if derived.outcome or not derived.odd:
        return derived.word
    known = max((at for word, _, at in seen if word == derived.word), default=None)
    odd = max(((at, word) for word, _, at in seen if word in derived.odd), default=None)
    return odd[1] if odd and (known is None or odd[0] > known) else derived.word


def _facts(call, report):
    """Stamps and durations the vendor gave: the first assignment, the first connection, the longest duration."""
    connected = _earliest(call.connected_at, report.connected_at)
    facts = {
        "assigned_at": _earliest(call.assigned_at, report.assigned_at),
        "connected_at": connected,
        "wait_seconds": _latest(call.wait_seconds, report.wait_seconds),
        "talk_seconds": _latest(call.talk_seconds, report.talk_seconds if connected else None),
        "hold_seconds": _latest(call.hold_seconds, report.hold_seconds if connected else None),
        "reported_outbound_number": report.outbound_number[:40] or call.reported_outbound_number,
        "disconnected_by": _who_hung_up(call, report)[:60],
        "raw": _latest_raw(call.raw, report.raw),
    }
    return facts


def _latest_raw(ours, theirs):
    """The object as last changed, by the vendor's own stamp (CCAI's sort as the times do); else as last seen."""
    older = bool(ours.get("updated_at")) and str(theirs.get("updated_at") or "") < str(ours["updated_at"])
    return ours if older or not theirs else theirs


def _who_hung_up(call, report):
    return report.disconnected_by if report.disconnected_by not in ("", "unknown") else call.disconnected_by


def _earliest(ours, theirs):
    return min((value for value in (ours, theirs) if value is not None), default=None)


def _latest(ours, theirs):
    return max((value for value in (ours, theirs) if value is not None), default=None)


def _write(call, changes):
    """Save the changes; without whose it is, or its status, where it would give an agent or a number two open calls.

    That happens when the vendor still shows a call that another of ours has overtaken, or gives one to somebody
    whose last one has not ended for us: its next report, or its end, is written all the same.
    """
    for names in _LEFT_OUT:
        kept = {name: value for name, value in changes.items() if name not in names}
        try:
            with transaction.atomic():
                Call.objects.filter(pk=call.pk).update(**kept)
                break
        except IntegrityError:
            continue
    call.refresh_from_db()


def _recognise(call, report):
    """The one customer a call was with, by what the vendor tells of them. True when one was found."""
    customer = None if call.customer_id else whose.customer_of(call, report)
    if customer is None:
        return False
    set_customer(call, customer)
    by = f"CCAI's contact {report.out_contact_id}" if report.out_contact_id else "Who has this number"
    events.note(call, "recognised", f"{by} is {customer}", dedupe="recognised")
    return True


def set_customer(call, customer):
    """Write who a call was with; the number only where none is known and no other call holds it."""
    call.customer = customer
    call.location = call.location or customer.location
    call.save(update_fields=["customer", "location"])
    if call.number_id or not customer.phone_id:
        return
    try:
        with transaction.atomic():
            Call.objects.filter(pk=call.pk, number=None).update(number=customer.phone)
    except IntegrityError:
        return  # somebody is on that number: who this call rang stays unsaid
    call.number = customer.phone


# --- Which vendor call a call of ours is --------------------------------------------------------


@transaction.atomic
def take_id(call, vendor_id):
    """The vendor answered our dial with this id: that outweighs whatever was adopted from a list."""
    held = _hold(call)
    if held.vendor_id == vendor_id:
        return
    for other in Call.objects.filter(connection=held.connection, vendor_id=vendor_id).exclude(pk=held.pk):
        _release(other) if other.asked_at else _set_aside(other, held)
    if held.vendor_id:
        _release(held)
    Call.objects.filter(pk=held.pk).update(vendor_id=vendor_id, why="", vendor_words="")


def _release(call):
    """Undo a wrong adoption: what was reported stays on the timeline and counts no longer."""
    call.events.exclude(status="").update(status="")
    Call.objects.filter(pk=call.pk).update(vendor_id=None, status=CallStatus.UNCERTAIN)
    events.note(
        call,
        "released",
        f"{call.connection}'s call {call.vendor_id} is another one",
        dedupe=f"released:{call.vendor_id}",
    )


def _set_aside(call, ours):
    """A call out of the list that turned out to be one placed here: it is kept under that one alone."""
    why = f"This is call {ours.pk}, which was placed here."
    Call.objects.filter(pk=call.pk).update(vendor_id=None, status=CallStatus.REFUSED, why=why, wrap_up_due_at=None)
    events.note(call, "same_as", why, dedupe=f"same_as:{ours.pk}")


@transaction.atomic
def adopt(call, report, source=EventSource.CCAI, same=""):
    """Link a call of ours that waits for its id with a call out of the vendor's list. False: too late.

    `same` says by what it was known: "agent" where nothing is said.
    """
    waiting = Call.objects.filter(pk=call.pk, vendor_id=None, status__in=_WAITING)
    try:
        with transaction.atomic():
            linked = waiting.update(vendor_id=report.vendor_id, why="", vendor_words="")
    except IntegrityError:
        return False  # the answer of another dial brought this id meanwhile
    if not linked:
        return False
    same = same or ("agent" if call.agent else "menu")
    text = f"Found in {source.label}'s list as call {report.vendor_id}: same {same}, same time"
    events.note(call, "adopted", text, dedupe=f"adopted:{report.vendor_id}")
    apply_report(call, report, source)
    return True
