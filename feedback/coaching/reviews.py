"""The deeds of coaching: picking a call by hand, reviewing one, leaving one out, and the agent's answer."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.choices import Role
from customers.models import Location
from feedback.coaching import pick
from feedback.coaching.choices import Stage, Why
from feedback.models import CoachingPick
from feedback.scope import zone_of


class CannotPick(Exception):
    """str() says why this call is not reviewed."""


class ChangedMeanwhile(Exception):
    """Somebody else has reviewed or skipped it since the page was shown; str() says so."""


def why_not(by, call):
    """Why this person picks no review of the call, in a sentence; "" where they may."""
    if call.agent is None or call.agent.role != Role.AGENT:
        return "Only calls of agents are reviewed."
    if not by.sees_all_locations and not Location.objects.visible_to(by).filter(pk=call.location_id).exists():
        return "This call is reviewed by who sees its location."
    return ""


def add(by, call):
    """The CoachingPick of a call that a supervisor wants to review; the same one where it was picked before. Raises
    CannotPick."""
    if reason := why_not(by, call):
        raise CannotPick(reason)
    zone = zone_of(call.location.time_zone if call.location else "")
    week = pick.monday((call.ended_at or call.created_at).astimezone(zone).date())
    given = {"week": week, "location": call.location, "agent": call.agent, "why": Why.BY_HAND, "picked_by": by}
    try:
        with transaction.atomic():
            found, is_new = CoachingPick.objects.get_or_create(call=call, defaults=given)
    except IntegrityError:
        found, is_new = CoachingPick.objects.get(call=call), False
    if is_new:
        audit.record(by, "picked a call for coaching", found)
    return found


def review(by, picked, seen, fields):
    """What a supervisor says: `fields` are score, strong, weak, note. `seen`: the version their page showed. Raises
    ChangedMeanwhile."""
    _change(by, picked, seen, "reviewed a call", {**fields, "stage": Stage.REVIEWED, "skip_reason": ""})


def skip(by, picked, seen, reason):
    """Leave it out, with the reason. What was reviewed stays so. Raises ChangedMeanwhile."""
    if picked.stage == Stage.REVIEWED:
        raise ChangedMeanwhile(f"{picked.done_by or 'Somebody'} has reviewed this call already.")
    _change(by, picked, seen, "skipped a call of coaching", {"stage": Stage.SKIPPED, "skip_reason": reason})


def _change(by, picked, seen, deed, fields):
    """One UPDATE that expects the version the page showed. What is said anew the agent has not read."""
    fresh = {**fields, "done_by": by, "done_at": timezone.now(), "version": F("version") + 1, "read_at": None}
    with transaction.atomic():
        if not CoachingPick.objects.filter(pk=picked.pk, version=seen).update(**fresh):
            picked.refresh_from_db()
            what = picked.state.label.lower()
            raise ChangedMeanwhile(f"{picked.done_by or 'Somebody'} has {what} this call meanwhile. Look at it first.")
        changes = {"stage": [picked.stage, fields["stage"]]}
        if fields.get("score"):
            changes["score"] = [picked.score, fields["score"]]
        audit.record(by, deed, picked, changes, fields.get("skip_reason", ""))
    picked.refresh_from_db()


def read(by, picked, seen, answer):
    """The agent has read what was said in the version `seen`, and may answer. Pressed twice it is said once; an answer
    is not taken back, only written anew. Raises ChangedMeanwhile."""
    now = timezone.now()
    fields = {} if picked.read_at else {"read_at": now}
    if answer != picked.answer:
        fields |= {"answer": answer, "answered_at": now if answer else None}
    with transaction.atomic():
        same = CoachingPick.objects.filter(pk=picked.pk, version=seen)
        if not (same.update(**fields) if fields else same.exists()):
            picked.refresh_from_db()
            raise ChangedMeanwhile("Something else is said about this call since you opened it. Read it again.")
        if fields:
            audit.record(by, "read a review of their call", picked)
    picked.refresh_from_db()
