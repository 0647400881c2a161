"""Saving a wrap-up: one transaction, four legs, facts to the left; corrections, repeats, undo, time-out."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.models import AuditEntry
from calls import flags
from calls import services as calls
from calls.choices import CallStatus
from calls.models import Call
from customers import services as customers
from customers.models import DoNotCall, PhoneNumber
from feedback import drafts, legs, services
from feedback.choices import Leg
from feedback.forms import RatingForm, page_data
from feedback.models import Draft, Rating, RatingLeg, RatingRevision
from integrations.choices import DeliveryState, Vendor
from integrations.models import Delivery
from tests.feedback.rated import PLIVO_ID, RESPONSE_ID, data, ended_call, known_everywhere, leg, save, unanswered_call
from tests.world import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NO_TEMPLATE = "There is no message template to ask with."
PENDING, NOT_APPLICABLE = DeliveryState.PENDING, DeliveryState.NOT_APPLICABLE


def reasons(rating):
    present = rating.legs.filter(revision=rating.revision).select_related("delivery")
    return {row.leg: row.delivery.reason for row in present if row.delivery.state == NOT_APPLICABLE}


def test_a_call_known_everywhere_is_told_to_three_vendors(world):
    call = known_everywhere(world.agent, world.marta)
    rating = save(call, quality=4.5, issues=["ECHO"], notes="crackled", verified_customer=True)
    assert leg(rating, Leg.PLIVO).payload == {
        "call_uuid": PLIVO_ID,
        "rating": "4.5",
        "issues": ["ECHO"],
        "notes": "crackled",
    }
    assert leg(rating, Leg.TRESTLE).payload == {
        "response_id": RESPONSE_ID,
        "phone": world.marta.phone.e164,
        "phone_status": "connected",
        "right_party": True,
        "name": "Marta Oliveira",
    }
    assert leg(rating, Leg.CCAI).payload["verified_customer"] is True
    assert reasons(rating) == {"survey": NO_TEMPLATE}
    assert {leg(rating, name).key for name in Leg} == {f"call:{call.pk}"}


def test_a_leg_without_what_it_needs_says_why(world):
    rating = save(ended_call(world.agent, world.marta))
    assert reasons(rating) == {
        "plivo": "No Plivo call id",
        "trestle": "No Trestle response id",
        "ccai": "No CCAI call id",
        "survey": NO_TEMPLATE,
    }
    assert leg(rating, Leg.SURVEY).connection.vendor == Vendor.FEEDBACKAPI


def test_not_rated_and_no_flag_set_are_said(world):
    rating = save(known_everywhere(world.agent, world.marta), quality=None)
    assert reasons(rating) == {
        "plivo": "Not rated",
        "ccai": "No flag set",
        "survey": NO_TEMPLATE,
    }


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        ("busy", "Busy: not feedback on a number"),
        ("no_answer", "No answer: not feedback on a number"),
        ("failed", "Call failed: not feedback on a number"),
    ],
)
def test_nobody_answering_is_no_feedback_on_a_number(world, outcome, why):
    call = unanswered_call(world.agent, world.marta, carrier_uuid=PLIVO_ID)
    rating = save(call, outcome=outcome, right_party=None, quality=None)
    assert reasons(rating)["trestle"] == why
    assert reasons(rating)["plivo"] == "Not connected"


def test_right_party_unknown_is_not_told(world):
    rating = save(known_everywhere(world.agent, world.marta), outcome="voicemail", right_party=None)
    assert reasons(rating)["trestle"] == "Right party unknown"


def test_a_dead_number_is_told_with_right_party_false(world):
    call = known_everywhere(world.agent, world.marta, connected_at=None, hangup_code="3050")
    rating = save(call, outcome="disconnected_number", right_party=None, quality=None)
    payload = leg(rating, Leg.TRESTLE).payload
    assert (payload["phone_status"], payload["right_party"]) == ("disconnected", False)


def test_a_state_left_open_is_not_told(world):
    call = known_everywhere(world.agent, world.marta)
    rating = save(call, outcome="disconnected_number", right_party=None, quality=None)
    assert reasons(rating)["trestle"] == "Number's state left open"


def test_a_call_by_ticket_has_no_number_to_tell_about(world):
    rating = save(ended_call(world.agent, None, ticket_id="T-9", location=world.riverside))
    assert reasons(rating)["trestle"] == "Number unknown"


def test_facts_travel_left(world):
    call = known_everywhere(world.agent, world.marta)
    drafts.save(call, world.agent, {"notes": "half"})
    save(call, outcome="do_not_call", right_party=True, bad_actor=True)
    number = PhoneNumber.objects.get(pk=world.marta.phone_id)
    assert number.reached_at == number.right_party_at == call.ended_at
    assert number.wrong_party_at is None
    entry = DoNotCall.objects.get(number=number)
    assert (entry.account, entry.by) == (world.northwind, world.agent)
    call.refresh_from_db()
    assert call.bad_actor is True
    assert call.wrap_up_due_at is None
    assert not Draft.objects.exists()


def test_a_wrong_person_is_remembered_on_the_number(world):
    call = known_everywhere(world.agent, world.marta)
    save(call, outcome="wrong_party", right_party=None)
    number = PhoneNumber.objects.get(pk=world.marta.phone_id)
    assert number.wrong_party_at == call.ended_at
    assert number.right_party_at is None


def test_all_is_written_or_nothing(world, monkeypatch):
    call = known_everywhere(world.agent, world.marta)
    drafts.save(call, world.agent, {"notes": "half"})

    def breaks(rating):
        raise RuntimeError("the power went")

    monkeypatch.setitem(legs.PAYLOADS, Leg.SURVEY, breaks)
    with pytest.raises(RuntimeError):
        save(call, outcome="do_not_call")
    for model in (Rating, RatingRevision, RatingLeg, Delivery, DoNotCall):
        assert not model.objects.exists(), model
    assert Draft.objects.get().data == {"notes": "half"}


def test_the_same_form_key_answers_the_first_result(world):
    call = known_everywhere(world.agent, world.marta)
    first = services.save_rating(call, world.agent, data(call), form_key="k1")
    again = services.save_rating(call, world.agent, data(call, quality=2, issues=["ECHO"]), form_key="k1")
    assert (again.pk, again.revision, again.quality) == (first.pk, 1, first.quality)
    assert RatingLeg.objects.count() == 4


def test_a_second_tab_learns_that_the_first_has_saved(world):
    call = known_everywhere(world.agent, world.marta)
    services.save_rating(call, world.agent, data(call), form_key="tab1", based_on=0)
    with pytest.raises(services.ChangedMeanwhile, match="You saved this wrap-up at"):
        services.save_rating(call, world.agent, data(call), form_key="tab2", based_on=0)
    assert Rating.objects.get().revision == 1


def test_a_correction_supersedes_what_waits_and_keeps_both(world):
    call = known_everywhere(world.agent, world.marta)
    first = leg(save(call), Leg.PLIVO)
    rating = save(call, quality=3, issues=["ECHO"])
    first.refresh_from_db()
    assert first.state == DeliveryState.SUPERSEDED
    assert leg(rating, Leg.PLIVO).state == PENDING
    assert leg(rating, Leg.PLIVO).revision == 2
    assert [row.data["quality"] for row in rating.revisions.all()] == ["5.0", "3.0"]
    assert rating.first_saved_at < rating.saved_at


def test_what_a_correction_leaves_as_it_was_is_not_sent_twice(world):
    call = known_everywhere(world.agent, world.marta)
    before = leg(save(call), Leg.TRESTLE)
    rating = save(call, notes="one more word")
    assert leg(rating, Leg.TRESTLE) == before


def test_a_correction_to_not_rated_takes_back_what_waits(world):
    call = known_everywhere(world.agent, world.marta)
    first = leg(save(call), Leg.PLIVO)
    save(call, quality=None)
    first.refresh_from_db()
    assert first.state == DeliveryState.SUPERSEDED


def test_a_colleague_cannot_wrap_up_my_call(world):
    call = known_everywhere(world.agent, world.marta)
    with pytest.raises(services.CannotSave, match="Only the agent"):
        save(call, by=world.colleague)


def test_a_supervisor_finishes_with_a_reason_that_is_written_down(world):
    call = known_everywhere(world.agent, world.marta)
    with pytest.raises(services.ReasonNeeded):
        save(call, by=world.supervisor)
    rating = save(call, by=world.supervisor, reason="Ada went home")
    assert (rating.saved_by, rating.reason) == (world.supervisor, "Ada went home")
    assert AuditEntry.objects.get(deed="finished a wrap-up").reason == "Ada went home"


def test_who_comes_second_is_told_who_was_first(world):
    call = known_everywhere(world.agent, world.marta)
    save(call, by=world.supervisor, reason="Ada went home")
    with pytest.raises(services.ChangedMeanwhile, match="Sam Supervisor saved this wrap-up at"):
        save(call)
    with pytest.raises(services.ReasonNeeded, match="Sam Supervisor"):
        save(call, by=world.admin)
    assert save(call, by=world.admin, reason="Sam misheard").revision == 2


@pytest.mark.parametrize(
    "status", [CallStatus.IN_PROGRESS, CallStatus.RINGING, CallStatus.UNCERTAIN, CallStatus.REFUSED]
)
def test_a_call_that_has_not_ended_is_not_wrapped_up(world, status):
    call = make_call(world.agent, world.marta, status=status)
    with pytest.raises(services.CannotSave):
        save(call, quality=None)
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "status", sorted({"completed", "no_answer", "busy", "failed", "cancelled", "deflected", "voicemail"})
)
def test_every_call_that_ended_after_placing_can_be_wrapped_up(world, status):
    call = unanswered_call(world.agent, world.marta, status=status)
    assert save(call, outcome="failed", quality=None, right_party=None).pk


def test_a_plivo_id_that_comes_later_sends_the_rating(world):
    call = known_everywhere(world.agent, world.marta, carrier_uuid="")
    rating = save(call)
    Call.objects.filter(pk=call.pk).update(carrier_uuid=PLIVO_ID)
    call.refresh_from_db()
    legs.on_carrier_link(call)
    assert leg(rating, Leg.PLIVO).payload["call_uuid"] == PLIVO_ID
    assert leg(rating, Leg.PLIVO).state == PENDING
    sent = leg(rating, Leg.PLIVO)
    legs.on_carrier_link(call)
    assert leg(rating, Leg.PLIVO) == sent


def test_a_plivo_id_that_became_doubtful_is_not_told_anything_that_still_waits(world):
    call = known_everywhere(world.agent, world.marta)
    rating = save(call)
    waiting = leg(rating, Leg.PLIVO)
    Call.objects.filter(pk=call.pk).update(carrier_uuid="")
    call.refresh_from_db()
    legs.on_carrier_link(call)
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.SUPERSEDED
    assert leg(rating, Leg.PLIVO).reason == "No Plivo call id"


def test_a_plivo_id_put_right_replaces_what_was_refused(world):
    call = known_everywhere(world.agent, world.marta, carrier_uuid="wrong-wrong")
    rating = save(call)
    refused = leg(rating, Leg.PLIVO)
    Delivery.objects.filter(pk=refused.pk).update(state=DeliveryState.PARKED, reason="Please check the Call UUID")
    Call.objects.filter(pk=call.pk).update(carrier_uuid=PLIVO_ID)
    legs.on_carrier_link(call)
    assert leg(rating, Leg.PLIVO).payload["call_uuid"] == PLIVO_ID
    refused.refresh_from_db()
    assert refused.state == DeliveryState.SUPERSEDED


def test_a_hangup_cause_that_comes_later_tells_of_the_dead_number(world):
    call = known_everywhere(world.agent, world.marta, connected_at=None)
    rating = save(call, outcome="failed", quality=None, right_party=None)
    Call.objects.filter(pk=call.pk).update(hangup_code="3050")
    legs.on_carrier_link(call)
    assert leg(rating, Leg.TRESTLE).payload["phone_status"] == "disconnected"


def test_a_carrier_link_without_a_wrap_up_changes_nothing(world):
    legs.on_carrier_link(known_everywhere(world.agent, world.marta))
    assert not Delivery.objects.exists()


def test_a_response_id_typed_later_sends_the_phone_feedback(world):
    rating = save(ended_call(world.agent, world.marta))
    other = save(ended_call(world.agent, world.jon))
    customers.type_response_id(world.marta.phone, RESPONSE_ID, world.agent)
    assert leg(rating, Leg.TRESTLE).payload["response_id"] == RESPONSE_ID
    assert leg(other, Leg.TRESTLE).state == NOT_APPLICABLE


def test_a_plivo_id_typed_on_the_calls_page_sends_the_rating(world):
    call = ended_call(world.agent, world.marta)
    rating = save(call)
    calls.set_carrier_uuid(call, PLIVO_ID, world.agent)
    assert leg(rating, Leg.PLIVO).payload["call_uuid"] == PLIVO_ID


def test_one_key_outcomes_wait_for_the_undo_and_others_do_not(world):
    held = save(known_everywhere(world.agent, world.marta), outcome="no_answer", right_party=None, bad_actor=True)
    assert leg(held, Leg.CCAI).not_before > timezone.now() + timedelta(seconds=5)
    at_once = save(known_everywhere(world.agent, world.jon, vendor_id="398"), bad_actor=True)
    assert leg(at_once, Leg.CCAI).not_before <= timezone.now()


def test_undo_makes_it_a_draft_again_and_sends_nothing(world):
    call = known_everywhere(world.agent, world.marta)
    held = leg(save(call, outcome="busy", right_party=None, notes="beeped", bad_actor=True), Leg.CCAI)
    services.undo_rating(call, world.agent)
    assert not Rating.objects.exists()
    assert drafts.of(call)["notes"] == "beeped"
    assert drafts.of(call)["outcome"] == "busy"
    held.refresh_from_db()
    assert (held.state, held.reason) == (DeliveryState.SUPERSEDED, "Undone")
    call.refresh_from_db()
    assert call.wrap_up_due_at > timezone.now()
    assert save(call, outcome="busy", right_party=None).revision == 1


def test_an_undo_leaves_the_time_there_was_and_a_minute_at_least(world, settings):
    for customer, ago in ((world.marta, 10), (world.jon, settings.WRAP_UP_SECONDS - 10)):
        ended = timezone.now() - timedelta(seconds=ago)
        due = ended + timedelta(seconds=settings.WRAP_UP_SECONDS)
        call = unanswered_call(world.agent, customer, ended_at=ended, wrap_up_due_at=due)
        save(call, outcome="busy", right_party=None, quality=None)
        services.undo_rating(call, world.agent)
        call.refresh_from_db()
        left = (call.wrap_up_due_at - timezone.now()).total_seconds()
        assert call.wrap_up_due_at == due if ago == 10 else 50 < left <= 60


def test_flags_that_were_undone_are_told_when_they_are_saved_again(world):
    call = known_everywhere(world.agent, world.marta, status="in_progress", ended_at=None)
    flags.set_flags(call, world.agent, verified_customer=True)
    Call.objects.filter(pk=call.pk).update(status="no_answer", ended_at=timezone.now())
    call.refresh_from_db()
    posted = {"outcome": "busy", "flags_shown": "1", "flags": ["bad_actor"]}
    for _ in range(2):
        form = RatingForm(page_data(QueryDict(urlencode(posted, doseq=True)), call), call=call)
        assert form.is_valid(), form.errors
        rating = services.save_rating(call, world.agent, form.cleaned_data)
        assert rating.flags == {"bad_actor": True, "verified_customer": False}
        assert leg(rating, Leg.CCAI).payload["bad_actor"] is True
        services.undo_rating(call, world.agent)
        call.refresh_from_db()
        assert (call.bad_actor, call.verified_customer, call.repeat_customer) == (None, True, None)


def test_undo_is_refused_when_the_time_is_over_or_it_is_another_kind_or_anothers(world):
    late = save(unanswered_call(world.agent, world.marta), outcome="busy", right_party=None, quality=None)
    with pytest.raises(services.CannotUndo):
        services.undo_rating(late.call, world.colleague)
    Rating.objects.filter(pk=late.pk).update(saved_at=timezone.now() - timedelta(seconds=8))
    with pytest.raises(services.CannotUndo, match="five seconds"):
        services.undo_rating(late.call, world.agent)
    good = save(ended_call(world.agent, world.jon))
    with pytest.raises(services.CannotUndo, match="Correct it"):
        services.undo_rating(good.call, world.agent)
    with pytest.raises(services.CannotUndo, match="nothing to undo"):
        services.undo_rating(ended_call(world.agent, world.jon), world.agent)
    assert Rating.objects.count() == 2


def test_undo_stops_when_a_worker_has_taken_a_leg(world):
    call = known_everywhere(world.agent, world.marta)
    taken = leg(save(call, outcome="busy", right_party=None, bad_actor=True), Leg.CCAI)
    Delivery.objects.filter(pk=taken.pk).update(owner="worker", attempt_count=1)
    with pytest.raises(services.CannotUndo, match="on its way"):
        services.undo_rating(call, world.agent)
    assert Rating.objects.exists()


def test_a_time_out_stops_the_clock_sends_nothing_and_keeps_the_draft(world):
    now = timezone.now()
    late = ended_call(world.agent, world.marta, wrap_up_due_at=now - timedelta(seconds=1))
    ended_call(world.agent, world.jon, wrap_up_due_at=now + timedelta(seconds=60))
    drafts.save(late, world.agent, {"notes": "half"})
    assert services.time_out_due() == 1
    assert services.time_out_due() == 0
    late.refresh_from_db()
    assert late.timed_out_at >= now
    assert drafts.of(late) == {"notes": "half"}
    assert not Rating.objects.exists() and not Delivery.objects.exists()
    assert save(late).revision == 1


def test_a_rated_call_does_not_time_out(world):
    call = ended_call(world.agent, world.marta)
    save(call)
    Call.objects.filter(pk=call.pk).update(wrap_up_due_at=timezone.now() - timedelta(hours=1))
    assert services.time_out_due() == 0
