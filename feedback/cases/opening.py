"""Opening cases: a sweep over what was told since it looked last. Late, early or doubled, it opens each case once.

Rows come in bulk and past all services, so nothing is told to this room when one arrives: each sweep looks at what
was told since the one before (CaseSweep), through the index by date, and at what still was in its time of grace.
"""

import hashlib
from datetime import timedelta
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from customers import phones
from feedback.cases import linked, stages
from feedback.cases.notes import note
from feedback.cases.rules import Candidate, RuleBook, words_of
from feedback.choices import CaseSourceKind, CaseStage, CaseWord, FeedbackKind
from feedback.models import Case, CaseSource, CaseSweep, Feedback, Rating, Review

# A row is told when it is written and seen when that is committed; no transaction of ours lasts so long.
OVERLAP = timedelta(minutes=10)
AT_ONCE = 500
MOST = 500  # cases of a kind opened in one round, so that it ends well within a task's time
ANSWER, REVIEW, CALL = CaseSourceKind.ANSWER, CaseSourceKind.REVIEW, CaseSourceKind.CALL


def sweep(now=None):
    """Open what is to be opened. Returns how many cases were opened or joined."""
    now, book = now or timezone.now(), RuleBook()
    return sum(_sweep_kind(kind, book, now) for kind in CaseSourceKind)


def _sweep_kind(kind, book, now):
    before = CaseSweep.objects.filter(kind=kind).values_list("looked_until", flat=True).first()
    # The very first look goes as far back as news does: what came before the upgrade and is no news opens nothing.
    since = (before or now - book.longest_fresh) - OVERLAP
    found = list(islice(_candidates(kind, book, since, now), MOST))
    count = sum(bool(open_for(one, book.of(one.account_id), now)) for one in found)
    if len(found) == MOST:  # the rest in the next round, which finds these no more
        return count
    # Never back: with a longer grace than before, what was looked at stays looked at.
    until = max(filter(None, (before, now - book.longest_grace)))
    CaseSweep.objects.update_or_create(kind=kind, defaults={"looked_until": until})
    return count


def _candidates(kind, book, since, now):
    """The Candidates of a kind that open a case now, the earliest said first."""
    rows = low_rows(kind, book, since - book.longest_fresh).filter(case_source=None, **_UNSETTLED[kind])
    for row in rows.filter(**{f"{_TOLD[kind]}__gte": since}).iterator(AT_ONCE):
        candidate = candidate_of(kind, row)
        if book.opens(candidate, now):
            yield candidate


def low_rows(kind, book, oldest):
    """What may be unhappy by any rule, said since `oldest` (aware), the earliest first; the index by date finds it."""
    return _ROWS[kind](book, oldest)


def candidate_of(kind, row):
    """The Candidate that a Feedback, Review or Rating is."""
    return _AS_CANDIDATE[kind](row)


# --- Where to look ----------------------------------------------------------------------------


def _answers(book, oldest):
    low = Q(kind=FeedbackKind.HAPPY, happy=False)
    for kind, column, field in (
        (FeedbackKind.NPS, "nps_score", "nps_up_to"),
        (FeedbackKind.STARS, "star_rating", "stars_up_to"),
    ):
        most = book.highest(field)
        low |= Q(kind=kind, **{f"{column}__lte": most}) if most is not None else Q()
    rows = Feedback.objects.filter(low, left_at__gte=oldest)
    return rows.select_related("location", "customer__phone", "call__number").defer("vendor_raw").order_by("left_at")


def _reviews(book, oldest):
    most = book.highest("review_up_to")
    rows = Review.objects.filter(written_at__gte=oldest)
    rows = rows.filter(rating__lte=most) if most is not None else rows.none()
    return rows.select_related("location").defer("vendor_raw").order_by("written_at")


def _poor_calls(book, oldest):
    most = book.highest("quality_up_to")
    rows = Rating.objects.filter(saved_at__gte=oldest)
    rows = rows.filter(quality__lte=most) if most is not None else rows.none()
    return rows.select_related("call__location", "call__customer__phone", "call__number").order_by("saved_at")


_ROWS = {ANSWER: _answers, REVIEW: _reviews, CALL: _poor_calls}
_TOLD = {ANSWER: "told_at", REVIEW: "told_at", CALL: "saved_at"}
_WAITS = {"gone_at": None, "handled_at": None}
_UNSETTLED = {ANSWER: _WAITS, REVIEW: _WAITS, CALL: {}}


def _of_answer(row):
    number = row.call.number if row.call else None
    return Candidate(
        ANSWER, row, row.left_at, row.told_at, row.location, row.customer, number, row.subscriber_name,
        is_over=bool(row.gone_at or row.handled_at),
    )  # fmt: skip


def _of_review(row):
    return Candidate(
        REVIEW, row, row.written_at, row.told_at, row.location, None, None, row.reviewer_name,
        is_over=bool(row.gone_at or row.handled_at),
    )  # fmt: skip


def _of_call(row):
    call = row.call
    who = phones.display(call.number.e164) if call.number else ""
    said_at = call.ended_at or call.created_at
    return Candidate(CALL, row, said_at, row.saved_at, call.location, call.customer, call.number, who)


_AS_CANDIDATE = {ANSWER: _of_answer, REVIEW: _of_review, CALL: _of_call}


# --- Whose matter it is -----------------------------------------------------------------------


def key_of(candidate):
    """Whose matter at which location: two candidates of one key are one case."""
    place = candidate.location.pk if candidate.location else 0
    return f"{_who_of(candidate)}@{place}"


def _who_of(candidate):
    row = candidate.row
    if candidate.customer:
        return f"customer:{candidate.customer.pk}"
    if candidate.number:
        return f"number:{candidate.number.pk}"
    if candidate.kind == ANSWER and (row.vendor_customer or row.subscriber_email):
        return f"subscriber:{_digest(row.vendor_customer or row.subscriber_email.lower())}"
    if candidate.kind == REVIEW and row.reviewer_name.strip():
        return f"reviewer:{_digest(row.platform, row.reviewer_name.strip().casefold())}"
    return f"{candidate.kind}:{row.pk}"


def _digest(*parts):
    """A name of any length as one that fits: it only has to be the same for the same."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


# --- Opening and joining ----------------------------------------------------------------------


def open_for(candidate, rule, now=None):
    """The Case that a candidate opened or joined; None where it has one already."""
    now = now or timezone.now()
    try:
        with transaction.atomic():
            case = _case_of(candidate, rule, now)
            _add(case, candidate, rule, now)
    except IntegrityError:  # somebody else added this very row a moment ago
        if not CaseSource.objects.filter(**{candidate.kind.name_of_row: candidate.row}).exists():
            raise
        return None
    return case


def _case_of(candidate, rule, now):
    """The open case of the same matter, held; else a new one."""
    key = key_of(candidate)
    before = _open_case(key)
    if before:
        return before
    try:
        with transaction.atomic():
            return _open(candidate, rule, key, now)
    except IntegrityError:
        before = _open_case(key)
        if before is None:
            raise
        return before


def _open_case(key):
    return Case.objects.open().select_for_update().filter(key=key).first()


def _open(candidate, rule, key, now):
    customer = candidate.customer
    due = now + timedelta(hours=rule.clock_hours)
    case = Case.objects.create(
        key=key,
        stage=CaseStage.OPEN,
        customer=customer,
        number=(customer.phone if customer else None) or candidate.number,
        who=candidate.who[:200],
        location=candidate.location,
        opened_at=now,
        due_at=due,
        queue_at=due,
    )
    note(case, CaseWord.OPENED, f"{candidate.kind.label}: {words_of(candidate)}", at=now)
    return case


def _add(case, candidate, rule, now):
    words = words_of(candidate)
    joins = case.sources.exists()
    CaseSource.objects.create(
        case=case,
        kind=candidate.kind,
        words=words,
        said_at=candidate.said_at,
        **{candidate.kind.name_of_row: candidate.row},
    )
    if not joins:
        return
    # A poor call was as poor from its first word, so that the one they were contacted in is no news.
    said_at = linked.began(candidate.row.call) if candidate.kind == CALL else candidate.said_at
    is_new = stages.is_unheard(case, said_at)
    if is_new:
        stages.begin_anew(case, now, rule.clock_hours)
    note(case, CaseWord.JOINED, f"{candidate.kind.label}: {words}{'. Its clock begins anew' if is_new else ''}")
