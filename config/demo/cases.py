"""Cases of the unhappy answers and low reviews: those of the last days wait, older ones were seen to."""

from datetime import timedelta

from django.db.models import F

from accounts.models import User
from calls.models import Call
from config.demo.sign_ins import email
from feedback.cases import opening
from feedback.cases.notes import note
from feedback.cases.rules import RuleBook
from feedback.cases.stages import LEFT_FOR
from feedback.choices import HUMAN_REACHED, CaseSourceKind, CaseWord, ContactHow, RootCause
from feedback.models import Feedback, ReplyTemplate, Review

HOUR = timedelta(hours=1)
OLDEST, FRESH = timedelta(days=21), timedelta(days=3)
CAUSES = (RootCause.WAITING, RootCause.PROMISE, RootCause.STAFF, RootCause.INFORMATION)
NOTE = "Rings back after work, best between five and six."
DROPPED = "Meant another practice of the same name."
REPLIES = (
    (
        *("Thank you", 4, 5),
        "Hello {name},\n\nthank you for your {stars} stars: they made our day at {location}. See you next time!",
    ),
    (
        *("What was missing?", 3, 3),
        "Hello {name},\n\nthank you for telling us. What would have made it five stars? We would like to hear it.",
    ),
    (
        *("We are sorry", 0, 2),
        "Hello {name},\n\nthis is not how {location} wants to be. Please ring us, or write to us, so that we can put "
        "it right.",
    ),
)


def write(now):
    """As of `now` (aware)."""
    for name, first, last, text in REPLIES:
        ReplyTemplate.objects.create(name=name, stars_from=first, stars_to=last, text=text)
    for model in (Feedback, Review):
        model.objects.update(told_at=F("first_seen_at"))
    supervisor, waiting = User.objects.get(email=email("supervisor")), []
    for candidate in _unhappy(now):
        case = _opened(candidate)
        if candidate.row.handled_at or case.opened_at < now - FRESH:
            _seen_to(case, candidate.row, supervisor, now)
        else:
            waiting.append(case)
    _in_each_stage(waiting, supervisor, now)


def _unhappy(now):
    """What opened a case at its time, the earliest first, of a place that we know."""
    book, found = RuleBook(), []
    for kind in (CaseSourceKind.ANSWER, CaseSourceKind.REVIEW):
        low = (opening.candidate_of(kind, row) for row in opening.low_rows(kind, book, now - OLDEST))
        found += [one for one in low if one.location and one.told_at < now - HOUR]
    return sorted(found, key=lambda one: (one.told_at, one.kind, one.row.pk))


def _opened(candidate):
    """Its case, after the time of grace; a second one of the same customer joins the first while that is open."""
    rule = RuleBook().of(candidate.account_id)
    at = candidate.told_at + timedelta(minutes=rule.grace_minutes)
    case = opening.open_for(candidate, rule, at)
    case.sources.filter(added_at__gt=at).update(added_at=at)
    return case


def _seen_to(case, row, supervisor, now):
    """Contacted in time, by the first talk with them where there was one, and resolved with what was behind it."""
    by, call = row.handled_by or supervisor, _first_talk(case)
    at = call.connected_at if call and call.connected_at < case.due_at else case.opened_at + 3 * HOUR
    how = ContactHow.CALL if case.customer_id else ContactHow.PUBLIC
    _contacted(case, by, at, how, call=call if call and call.connected_at == at else None)
    done = min(max(row.handled_at or at, at) + HOUR, now)
    case.stage, case.root_cause, case.closed_at = "resolved", CAUSES[case.pk % len(CAUSES)], done
    case.save()
    note(case, CaseWord.RESOLVED, f"{case.get_root_cause_display()}. {row.handled_how}".strip(), by=by, at=done)
    type(row).objects.filter(pk=row.pk, handled_at=None).update(
        handled_at=done, handled_by=by, handled_how=f"{case}: {case.get_root_cause_display()}"
    )


def _first_talk(case):
    """The first call in which somebody talked to them since, or None."""
    talks = Call.objects.filter(
        customer=case.customer_id, connected_at__gte=case.opened_at, rating__outcome__in=HUMAN_REACHED
    )
    return talks.exclude(rating__right_party=False).order_by("connected_at").first() if case.customer_id else None


def _in_each_stage(cases, supervisor, now):
    """Where the demo's supervisor watches the first is dropped, the next is somebody's, one is contacted."""
    agent, places = User.objects.get(email=email("agent")), set(supervisor.locations.values_list("pk", flat=True))
    left = []
    for case in cases:
        call = _first_talk(case)
        if call:
            _contacted(case, call.agent, call.connected_at, ContactHow.CALL, call=call)
        else:
            left.append(case)
    theirs = set(agent.locations.values_list("pk", flat=True))
    mine = [case for case in left if case.location_id in places]
    mine.sort(key=lambda case: (not _may_be_called(case), case.location_id not in theirs, case.opened_at))
    for case, deed in zip(mine, (_given, _written_to, _left, _dropped), strict=False):
        here = list(case.location.members.filter(role="agent").order_by("pk"))
        deed(case, agent if agent in here else here[0], supervisor, min(case.opened_at + 2 * HOUR, now))


def _may_be_called(case):
    return case.number is not None and not case.number.do_not_call.exists()


def _left(case, owner, by, at):
    """Nobody has looked at it yet."""


def _given(case, owner, by, at):
    case.stage, case.owner = "assigned", owner
    case.save()
    note(case, CaseWord.ASSIGNED, f"To {owner}", by=by, at=at)
    note(case, CaseWord.NOTE, NOTE, by=owner, at=at)


def _written_to(case, owner, by, at):
    _given(case, owner, by, at)
    _contacted(case, owner, at, ContactHow.EMAIL, "Waits for an answer.")


def _dropped(case, owner, by, at):
    case.stage, case.closed_at, case.drop_reason = "dropped", at, DROPPED
    case.save()
    note(case, CaseWord.DROPPED, DROPPED, by=by, at=at)


def _contacted(case, owner, at, how, text="", call=None):
    case.stage, case.owner, case.contacted_how, case.contact_call = "contacted", case.owner or owner, how, call
    case.contacted_at = case.first_contact_at = at
    case.queue_at = at + LEFT_FOR
    case.save()
    case.contacts.create(at=at, how=how, call=call)
    case.sources.update(contacted_at=at)
    note(case, CaseWord.CONTACTED, f"{ContactHow(how).label}. {text}".strip(), by=owner, at=at, call=call)
