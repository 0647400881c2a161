"""Everything that happened to a call, in one ordered list: reports, wrap-ups, every attempt of every leg."""

from dataclasses import dataclass
from datetime import datetime

from feedback import legs
from feedback.chips import in_words
from feedback.inbox import selectors
from feedback.inbox.moods import score_of
from feedback.models import Draft, RatingRevision
from integrations.choices import AttemptOutcome
from integrations.models import Attempt, Delivery

TONES = {
    AttemptOutcome.DELIVERED: "good",
    AttemptOutcome.REJECTED: "bad",
    AttemptOutcome.MISCONFIGURED: "bad",
    AttemptOutcome.STARTED: "info",
}


@dataclass(frozen=True)
class Entry:
    """One line. `theirs` are a vendor's or a person's own words."""

    at: datetime
    icon: str
    title: str
    detail: str = ""
    theirs: str = ""
    tone: str = ""
    by: str = ""


def of(call):
    """The entries of a call, oldest first."""
    entries = [*_events(call), *_wrap_ups(call), *_draft(call), *_timed_out(call), *_deliveries(call)]
    entries += _answers(call)
    return sorted(entries, key=lambda entry: entry.at)


def _events(call):
    for event in call.events.select_related("actor"):
        yield Entry(
            at=event.at,
            icon="user-round" if event.actor_id else "phone",
            title=event.get_source_display() if event.source != "person" else str(event.actor or "A person"),
            detail=event.text or event.word,
            theirs=event.status if event.text and event.status != event.text else "",
        )


def _wrap_ups(call):
    revisions = RatingRevision.objects.filter(rating__call=call).select_related("by")
    for revision in revisions:
        yield Entry(
            at=revision.at,
            icon="clipboard-check",
            title="Wrap-up saved" if revision.number == 1 else f"Wrap-up corrected, version {revision.number}",
            detail=in_words(revision.data),
            theirs=revision.data.get("reason", ""),
            tone="info",
            by=str(revision.by),
        )


def _draft(call):
    for draft in Draft.objects.filter(call=call).select_related("by"):
        yield Entry(at=draft.saved_at, icon="notebook-pen", title="Notes kept, not saved yet", by=str(draft.by or ""))


def _timed_out(call):
    if call.timed_out_at:
        yield Entry(
            at=call.timed_out_at,
            icon="timer-off",
            title="Wrap-up timed out",
            detail="Nothing was sent; it can still be finished.",
            tone="warn",
        )


def _deliveries(call):
    """Each attempt; and where none was needed or it was replaced, that."""
    mine = Delivery.objects.filter(pk__in=_delivery_ids(call)).select_related("connection")
    for delivery in mine.prefetch_related("attempts"):
        for attempt in delivery.attempts.all():
            yield _attempt(delivery, attempt)
        if not delivery.attempts.all():
            yield _unsent(delivery)


def _answers(call):
    """What was pressed at its end, and what a request of it came to: the vendor names the answer in that, so neither
    tie is a guess."""
    for answer in selectors.pressed_for(call):
        found = score_of(answer)
        yield Entry(answer.left_at, found.icon, f"The customer answered by a key: {found.words}", tone=found.tone)
    for request in selectors.requests_for(call):
        if request.feedback:
            found = score_of(request.feedback)
            yield Entry(
                at=request.feedback.left_at,
                icon=found.icon,
                title=f"The customer answered: {found.words}",
                theirs=request.feedback.comments,
                tone=found.tone,
            )


def _delivery_ids(call):
    """Of every wish this call's wrap-up ever was, also those that were replaced or taken back: their tries
    happened, and no leg points at them any more. And of flags changed during the call."""
    of_flags = call.flag_legs.values_list("delivery", flat=True)
    of_wrap_ups = Delivery.objects.filter(kind__in=legs.KINDS.values(), key=legs.key_of(call))
    return {*of_flags, *of_wrap_ups.values_list("pk", flat=True)}


def _attempt(delivery, attempt: Attempt):
    detail = attempt.sentence or attempt.get_outcome_display()
    if attempt.duration_ms is not None:
        detail = f"{detail} ({attempt.duration_ms / 1000:.1f} s)"
    return Entry(
        at=attempt.started_at,
        icon="send",
        title=f"{delivery.connection}, try {attempt.number}: {attempt.get_outcome_display().lower()}",
        detail="" if detail.startswith(attempt.get_outcome_display()) and not attempt.sentence else detail,
        theirs=attempt.words,
        tone=TONES.get(attempt.outcome, "warn"),
    )


def _unsent(delivery):
    return Entry(
        at=delivery.done_at or delivery.created_at,
        icon="minus" if delivery.done_at else "clock",
        title=f"{delivery.connection}: {delivery.get_state_display().lower()}",
        detail=delivery.reason,
    )
