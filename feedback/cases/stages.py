"""What people do with a case: take it, note, contact, resolve, drop, reopen. Each is one deed on a held row.

open → assigned → contacted → resolved (root cause) | dropped (reason); each of the last two can be reopened
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from feedback.cases import follow_ups
from feedback.cases.notes import note
from feedback.cases.rules import rule_for
from feedback.choices import CaseStage, CaseWord, ContactHow, RootCause
from feedback.models import Case, CaseContact, CaseEvent, Feedback, Review
from integrations.text import clean

# Contacted and then left: after so long it stands at the head of the queue again.
LEFT_FOR = timedelta(days=7)
# A closing that was a slip is taken back within these minutes, as if it had not been.
TAKE_BACK = timedelta(minutes=5)
LONGEST_NOTE = 5_000
LONGEST_REASON = 300


class CannotChange(Exception):
    """The case stays as it is; `str()` says why, `param` names the field it is about, or ""."""

    def __init__(self, sentence, param=""):
        super().__init__(sentence)
        self.param = param


class StageCannot(CannotChange):
    """The case is at another stage than this deed is for: somebody was quicker."""


def hold(case):
    """The row as it is now, held until the transaction ends: two people at once are taken one after the other."""
    return hold_all([case.pk])[0]


def hold_all(pks):
    """The rows as hold(), always taken in the same order: of two that want the same ones none waits for the other."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("customer", "location__account")
    return list(rows.filter(pk__in=pks).order_by("pk"))


def _open(case):
    """The held row, where it is open. Raises StageCannot."""
    row = hold(case)
    if row.is_closed:
        raise StageCannot(f"{row} is {row.get_stage_display().lower()} already. Reopen it first.")
    return row


@transaction.atomic
def assign(case, by, owner):
    """Make it somebody's, or nobody's again (None). Gives the row. Raises CannotChange."""
    row = _open(case)
    if owner is None:
        return _release(row, by)
    if row.owner_id == owner.pk:
        return row
    before, row.owner = row.owner_id and str(row.owner), owner
    row.stage = CaseStage.ASSIGNED if row.stage == CaseStage.OPEN else row.stage
    row.save(update_fields=["owner", "stage"])
    note(row, CaseWord.ASSIGNED, f"To {owner}", by)
    audit.record(by, "assigned a case", row, {"owner": [before or "", str(owner)]})
    return row


def _release(row, by):
    if row.stage == CaseStage.CONTACTED:
        raise CannotChange("They were contacted already: give the case to somebody else instead.", "owner")
    if row.stage == CaseStage.OPEN:
        return row
    row.owner, row.stage = None, CaseStage.OPEN
    row.save(update_fields=["owner", "stage"])
    note(row, CaseWord.RELEASED, by=by)
    audit.record(by, "gave a case back", row)
    return row


@transaction.atomic
def add_note(case, by, text):
    """Something to remember; also of a closed case. Raises CannotChange."""
    text = clean(text).strip()[:LONGEST_NOTE]
    if not text:
        raise CannotChange("Write something first.", "text")
    return note(hold(case), CaseWord.NOTE, text, by)


# --- Contact ----------------------------------------------------------------------------------


@transaction.atomic
def contact(case, by, how, text="", at=None, call=None):
    """Somebody talked or wrote to them (`how`: ContactHow) at `at` (aware), in `call` where it was one of ours.

    The first one stops the clock; one of before it was reopened stopped the clock of then.
    Gives the row, its CaseContact in `noted`. Raises CannotChange.
    """
    row = _open(case)
    if how not in ContactHow.values:
        raise CannotChange("Say how they were contacted.", "how")
    at = at or timezone.now()
    row.noted = row.contacts.create(at=at, how=how, call=call, is_past=is_past(row, at))
    if not row.noted.is_past:
        row.owner = row.owner or by  # whoever talked to them has it
    _count(row, at)
    _stand(row)
    said = ContactHow(how).label
    note(row, CaseWord.CONTACTED, f"{said}. {clean(text).strip()[:LONGEST_NOTE]}".strip(), by, call)
    return row


def is_past(row, at):
    """Whether that was before its clock began anew."""
    return row.reopened_at is not None and at < row.reopened_at


def _count(row, at):
    """They were reached at `at`: what was said before and not heard of until then was heard."""
    row.first_contact_at = min(row.first_contact_at or at, at)
    row.sources.filter(Q(contacted_at=None) | Q(contacted_at__gt=at), added_at__lte=at).update(contacted_at=at)


def take_over(row, other):
    """Both held: `other` turned out to be the same matter. Who has it, and who reached them since `row` was opened."""
    if row.owner is None and other.owner:
        row.owner, row.stage = other.owner, CaseStage.ASSIGNED
        note(row, CaseWord.ASSIGNED, f"To {row.owner}, as {other} was")
    known = row.contacts.exclude(call=None).values("call")
    for one in other.contacts.filter(at__gte=row.reopened_at or row.opened_at, is_past=False):
        if one.call_id is None or not known.filter(call=one.call_id).exists():
            one.case = row
            one.save(update_fields=["case"])
            _count(row, one.at)
    _stand(row)


@transaction.atomic
def withdraw(case, by, why="", call=None, contact=None):
    """They were not contacted after all: by this `call`, in this `contact` (a pk), else what was noted last.

    What else stands does; without any the clock runs on as it did. Gives the row. Raises CannotChange.
    """
    row = _open(case)
    gone = _noted(row, call, contact)
    if gone is None:
        raise StageCannot("That contact was taken back already." if contact else f"{row} is not contacted.")
    gone.delete()
    left = list(row.contacts.all())
    _forget(row, gone.at, left)
    _stand(row)
    said = f"{gone.get_how_display()}. {clean(why).strip()[:LONGEST_REASON]}"
    note(row, CaseWord.WITHDRAWN, said.strip(), by, call)
    return row


def _noted(row, call, contact):
    if call:
        return row.contacts.filter(call=call).first()
    latest = row.contacts.filter(is_past=False).order_by("-pk")
    return (latest.filter(pk=contact) if contact else latest).first()


def _forget(row, at, left):
    """What counted from the contact `at` counts from the first of those `left` that came after it was said."""
    if row.first_contact_at == at:
        row.first_contact_at = left[0].at if left else None
    for source in row.sources.filter(contacted_at=at):
        source.contacted_at = next((one.at for one in left if one.at >= source.added_at), None)
        source.save(update_fields=["contacted_at"])


def _stand(row):
    """Bring the row in line with its contacts since it was (re)opened: the first stops its clock."""
    since = list(row.contacts.filter(is_past=False))
    first = since[0] if since else CaseContact(how="")
    row.contacted_at, row.contacted_how, row.contact_call = first.at, first.how, first.call
    row.queue_at = since[-1].at + LEFT_FOR if since else row.due_at
    if since:
        row.stage = CaseStage.CONTACTED
    elif row.stage == CaseStage.CONTACTED:
        row.stage = CaseStage.ASSIGNED
    fields = ("stage", "contacted_at", "contacted_how", "contact_call", "first_contact_at", "owner", "queue_at")
    row.save(update_fields=fields)


# --- The end, and the beginning again ---------------------------------------------------------


@transaction.atomic
def resolve(case, by, cause, text="", how="", call=None):
    """It is settled, and what was behind it (`cause`: RootCause). `how` where they had not been contacted yet.

    Gives the row. Raises CannotChange.
    """
    row = _open(case)
    if cause not in RootCause.values:
        raise CannotChange("Choose what was behind it.", "root_cause")
    if row.stage != CaseStage.CONTACTED:
        if not how:
            raise CannotChange("Say how they were contacted: a case is resolved with the customer.", "how")
        row = contact(row, by, how, call=call)
    row.root_cause = cause
    _close(row, CaseStage.RESOLVED, by, f"{RootCause(cause).label}. {clean(text).strip()[:LONGEST_NOTE]}", call)
    follow_ups.plan(row, by)
    return row


@transaction.atomic
def drop(case, by, reason):
    """Nothing is done about it, and why. Gives the row. Raises CannotChange."""
    row, reason = _open(case), clean(reason).strip()[:LONGEST_REASON]
    if not reason:
        raise CannotChange("Say why nothing is done about it.", "reason")
    row.drop_reason = reason
    _close(row, CaseStage.DROPPED, by, reason)
    return row


def _close(row, stage, by, text, call=None):
    now = timezone.now()
    row.stage, row.closed_at = stage, now
    row.save(update_fields=["stage", "closed_at", "root_cause", "drop_reason"])
    note(row, CaseWord(stage.value), text.strip(), by, call, at=now)
    _handle(row, by, f"{row}: {text}".strip()[:LONGEST_REASON], now)
    audit.record(by, f"{stage.label.lower()} a case", row, reason=text.strip()[:LONGEST_REASON])


def _handle(row, by, how, now):
    """Its answers and reviews wait in no inbox any more. Who handled one before is remembered."""
    for model, name in ((Feedback, "answer"), (Review, "review")):
        mine = model.objects.filter(pk__in=row.sources.exclude(**{name: None}).values(name))
        mine.filter(read_at=None).update(read_at=now, read_by=by)
        mine.filter(handled_at=None).update(handled_at=now, handled_by=by, handled_how=how)


@transaction.atomic
def take_back(case, by):
    """A closing of a moment ago was a slip: as if it had not been. Gives the row. Raises CannotChange."""
    row = hold(case)
    if not may_take_back(row, by):
        raise StageCannot("That can no longer be taken back. Reopen the case instead.")
    _let_go_of_handled(row)
    row.stage = _stage_of(row)
    _reopen(row, by, "Taken back")
    return row


@transaction.atomic
def unresolve(case, by, why, call):
    """The wrap-up that resolved it was corrected: they were contacted, and no more. Gives the row."""
    row = hold(case)
    _let_go_of_handled(row)
    row.stage = CaseStage.CONTACTED
    _reopen(row, by, why, call)
    return row


@transaction.atomic
def change_cause(case, by, cause, call):
    """The wrap-up that resolved it was corrected: something else was behind it. Gives the row."""
    row = hold(case)
    row.root_cause = cause
    row.save(update_fields=["root_cause"])
    note(row, CaseWord.RESOLVED, f"{RootCause(cause).label}. Corrected", by, call)
    return row


def may_take_back(row, by):
    """Whether this person closed it so lately that it counts as a slip."""
    if not row.is_closed or row.closed_at < timezone.now() - TAKE_BACK:
        return False
    last = CaseEvent.objects.filter(case=row, word__in=(CaseWord.RESOLVED, CaseWord.DROPPED)).last()
    return last is not None and last.by_id == by.pk


def _stage_of(row):
    if row.contacted_at:
        return CaseStage.CONTACTED
    return CaseStage.ASSIGNED if row.owner_id else CaseStage.OPEN


def _let_go_of_handled(row):
    """What this closing marked as handled waits again; what somebody else had handled before stays so."""
    for model, name in ((Feedback, "answer"), (Review, "review")):
        mine = model.objects.filter(pk__in=row.sources.exclude(**{name: None}).values(name), handled_at=row.closed_at)
        mine.update(handled_at=None, handled_by=None, handled_how="")


@transaction.atomic
def reopen(case, by, text=""):
    """It was not settled: its clock begins anew, with its owner where they still work here. Raises CannotChange."""
    row = hold(case)
    if not row.is_closed:
        raise StageCannot(f"{row} is open.")
    _wind_up(row, timezone.now(), rule_for(row.location and row.location.account).clock_hours)
    _reopen(row, by, clean(text).strip()[:LONGEST_REASON])
    return row


def is_unheard(row, said_at):
    """Whether they had been contacted, and said so after the last contact: that stopped the clock for what had been
    said until then."""
    heard = row.contacts.filter(is_past=False).order_by("at", "pk").last()
    return heard is not None and said_at > heard.at


def begin_anew(row, at, hours):
    """They complained once more of an open case, which is held: what they were contacted about before is not this."""
    _wind_up(row, at, hours)
    row.calls.update(root_cause="")  # as when it is reopened
    row.save()


def _wind_up(row, at, hours):
    """The clock of so many hours begins at `at`, with the owner where they still work here. The row is not saved."""
    if row.owner and not row.owner.is_active:
        row.owner = None
    row.stage = CaseStage.ASSIGNED if row.owner else CaseStage.OPEN
    row.contacted_at, row.contacted_how, row.contact_call = None, "", None
    row.contacts.update(is_past=True)
    row.alarms.all().delete()  # forgotten once more it is told once more
    row.reopened_at, row.due_at = at, at + timedelta(hours=hours)
    row.queue_at = row.due_at


def _reopen(row, by, text, call=None):
    row.closed_at, row.root_cause, row.drop_reason = None, "", ""
    row.recovered = row.next_answer = None
    row.calls.update(root_cause="")  # an old wrap-up that is corrected later does not close it once more
    follow_ups.cancel(row, by)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        other = Case.objects.open().filter(key=row.key).first()
        if other is None:
            raise
        raise CannotChange(f"{other} of the same customer is open. Write there what is new.") from error
    note(row, CaseWord.REOPENED, text, by, call)
    audit.record(by, "reopened a case", row, reason=text)
