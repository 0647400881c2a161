"""Which of the carrier's calls a call of ours was: matched by numbers and time, offered, or said by a person."""

import itertools
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from calls import selectors, services, webhooks
from calls.choices import CallStatus, CarrierLink
from calls.models import Call, CarrierRecord
from calls.services import carrier
from integrations import inbox
from integrations.choices import HookState
from tests.calls.conftest import words_of
from tests.world import connection, fiction, make_call, make_number

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_ids = itertools.count(1)


@pytest.fixture(autouse=True)
def plivo(db):
    return connection("plivo")


def hangup(to=fiction(1), started=NOON, uuid=None, **more):
    """A hangup as Plivo posts it, received and applied; gives the event."""
    form = {
        "CallUUID": uuid or f"672b0b3f-e4b9-46e7-8fa9-{next(_ids):012d}",
        "CallStatus": "busy",
        "Event": "Hangup",
        "From": "+13392195276",
        "To": to.lstrip("+"),
        "Duration": "0",
        "HangupCause": "USER_BUSY",
        "HangupCauseName": "Busy Line",
        "HangupCauseCode": "3010",
        "HangupSource": "Carrier",
        "SessionStart": started.strftime("%Y-%m-%d %H:%M:%S.%f"),
    }
    return inbox.receive("plivo", f"nonce-{next(_ids)}", {}, urlencode(form | more))[0]


def dialled(world, at=NOON, **fields):
    return make_call(world.agent, world.marta, asked_at=at, **fields)


def test_the_one_call_that_fits_is_linked_and_learns_its_cause(world):
    call = dialled(world, status=CallStatus.RINGING)
    event = hangup(started=NOON + timedelta(seconds=3), uuid="672b0b3f-e4b9-46e7-8fa9-3b48c7da8683")
    call.refresh_from_db()
    assert event.state == HookState.APPLIED
    assert (call.carrier_uuid, call.carrier_link) == ("672b0b3f-e4b9-46e7-8fa9-3b48c7da8683", CarrierLink.MATCHED)
    assert (call.hangup_code, call.hangup_cause, call.hangup_source) == ("3010", "Busy Line", "Carrier")
    assert call.status == CallStatus.RINGING  # how the call is, CCAI says
    assert words_of(call) == ["hangup"]


@pytest.mark.parametrize("seconds", [-121, 121])
def test_a_call_of_another_time_does_not_fit(world, seconds):
    dialled(world)
    assert hangup(started=NOON + timedelta(seconds=seconds)).state == HookState.UNMATCHED


def test_a_call_to_another_number_or_with_another_caller_id_does_not_fit(world):
    call = dialled(world, reported_outbound_number="+1 555-000-1111")
    assert hangup(to=fiction(2)).state == HookState.UNMATCHED
    assert hangup().state == HookState.UNMATCHED
    Call.objects.filter(pk=call.pk).update(reported_outbound_number="+1 339-219-5276")
    assert hangup().state == HookState.UNMATCHED or Call.objects.get(pk=call.pk).carrier_uuid == ""


def test_a_dial_that_was_refused_a_moment_before_rang_nobody_and_is_no_candidate(world):
    dialled(world, at=NOON - timedelta(minutes=1), status=CallStatus.REFUSED)
    call = dialled(world, status=CallStatus.RINGING)
    hangup(started=NOON + timedelta(seconds=3))
    call.refresh_from_db()
    assert call.carrier_link == CarrierLink.MATCHED


def test_two_calls_that_fit_are_offered_and_never_chosen(world):
    calls = [dialled(world, at=NOON + timedelta(seconds=at)) for at in (0, 60)]
    event = hangup(started=NOON + timedelta(seconds=30))
    assert event.state == HookState.APPLIED and "More than one" in event.reason
    (record,) = CarrierRecord.objects.all()
    assert record.call is None
    assert [selectors.carrier_candidates(call) for call in calls] == [[record], [record]]
    services.choose_carrier_record(calls[1], record, world.agent)
    calls[1].refresh_from_db()
    assert (calls[1].carrier_uuid, calls[1].carrier_link) == (record.call_uuid, CarrierLink.CHOSEN)
    assert selectors.carrier_candidates(calls[0]) == []


@pytest.mark.both
def test_two_records_for_one_call_are_offered_also_when_the_first_was_linked_already(world):
    call = dialled(world)
    hangup(started=NOON)
    hangup(started=NOON + timedelta(seconds=3))
    call.refresh_from_db()
    assert (call.carrier_uuid, call.carrier_link, call.hangup_code) == ("", "", "")
    assert len(selectors.carrier_candidates(call)) == 2 and "carrier_doubt" in words_of(call)


def test_who_listens_hears_of_a_link_and_of_its_doubt(world, monkeypatch):
    heard = []
    monkeypatch.setattr(carrier, "_listeners", [lambda call: heard.append(call.carrier_uuid)])
    dialled(world)
    hangup(started=NOON, uuid="672b0b3f-e4b9-46e7-8fa9-first")
    hangup(started=NOON + timedelta(seconds=3))
    assert heard == ["672b0b3f-e4b9-46e7-8fa9-first", ""]


@pytest.mark.both
def test_two_records_at_once_never_leave_one_of_them_chosen(world, together):
    call = dialled(world)
    together(hangup, hangup)
    call.refresh_from_db()
    assert call.carrier_uuid == "" and len(selectors.carrier_candidates(call)) == 2


def test_a_redial_within_two_minutes_gets_its_own_record(world):
    first = dialled(world)
    one = hangup(started=NOON + timedelta(seconds=2))
    second = dialled(world, at=NOON + timedelta(seconds=60))
    two = hangup(started=NOON + timedelta(seconds=62))
    assert one.state == two.state == HookState.APPLIED
    records = {record.hook_id: record.call for record in CarrierRecord.objects.all()}
    assert records == {one.pk: first, two.pk: second}


def test_the_same_hangup_told_twice_changes_nothing(world):
    call = dialled(world)
    hangup(uuid="cc32f844-e376-4dd7-b514-d55553f8f854")
    again = hangup(uuid="cc32f844-e376-4dd7-b514-d55553f8f854")
    assert again.state == HookState.APPLIED and CarrierRecord.objects.count() == 1
    assert Call.objects.get(pk=call.pk).carrier_uuid and words_of(call) == ["hangup"]


def test_a_hangup_that_came_before_its_call_is_matched_later(world):
    event = hangup()
    assert event.state == HookState.UNMATCHED and "No call" in event.reason
    call = dialled(world)
    assert webhooks.match_waiting() == 1
    assert Call.objects.get(pk=call.pk).carrier_link == CarrierLink.MATCHED
    inbox.apply_waiting()
    event.refresh_from_db()
    assert event.state == HookState.APPLIED and CarrierRecord.objects.count() == 1


def test_hangups_of_calls_that_are_not_ours_cost_no_look_a_second(world, django_assert_num_queries):
    for last_two in range(60, 70):
        hangup(to=fiction(last_two))
    with django_assert_num_queries(1):
        assert webhooks.match_waiting() == 0


def test_a_call_by_ticket_is_matched_when_a_person_says_who_it_was(world):
    call = make_call(world.agent, ticket_id="71450", asked_at=NOON)
    hangup()
    services.pick_customer(call, world.marta, world.agent)
    call.refresh_from_db()
    assert (call.customer, call.number, call.location) == (world.marta, world.marta.phone, world.riverside)
    assert call.carrier_link == CarrierLink.MATCHED


@pytest.mark.parametrize("more", [{"CallUUID": ""}, {"CallStatus": "Busy!"}, {"CallUUID": "no spaces please"}])
def test_a_body_that_names_no_call_is_set_aside_with_its_reason(world, more):
    event = hangup(**more)
    assert event.state == HookState.SET_ASIDE and event.reason and not CarrierRecord.objects.exists()


def test_a_hangup_without_a_start_or_a_number_waits_unmatched(world):
    dialled(world)
    assert hangup(SessionStart="").state == HookState.UNMATCHED
    assert hangup(to="sip:someone@example.test").state == HookState.UNMATCHED


def test_a_typed_id_is_kept_and_a_later_hangup_does_not_replace_it(world):
    call = dialled(world)
    services.set_carrier_uuid(call, "  672b0b3f-typed ", world.agent)
    hangup()
    call.refresh_from_db()
    assert (call.carrier_uuid, call.carrier_link) == ("672b0b3f-typed", CarrierLink.TYPED)


def test_the_hangup_of_a_typed_id_joins_its_call_and_no_other(world):
    call = dialled(world)
    near = dialled(world, at=NOON + timedelta(seconds=30))
    services.set_carrier_uuid(call, "672b0b3f-typed", world.agent)
    assert hangup(uuid="672b0b3f-typed", started=NOON + timedelta(seconds=30)).state == HookState.APPLIED
    call.refresh_from_db()
    near.refresh_from_db()
    assert (call.carrier_link, call.hangup_cause) == (CarrierLink.TYPED, "Busy Line")
    assert CarrierRecord.objects.get().call == call and near.carrier_uuid == ""


def test_a_typed_id_takes_the_cause_of_another_record_away(world):
    call = dialled(world)
    hangup()
    services.set_carrier_uuid(call, "672b0b3f-typed", world.agent)
    call.refresh_from_db()
    assert (call.hangup_code, call.hangup_cause, call.hangup_source) == ("", "", "")


@pytest.mark.parametrize("text", ["", "short", "has spaces in it", "<script>", "x" * 65, "käse-käse"])
def test_a_typed_id_that_is_none_is_refused(world, text):
    with pytest.raises(ValueError, match="8 to 64"):
        services.set_carrier_uuid(dialled(world), text, world.agent)


def test_a_typed_id_belongs_to_one_call(world):
    services.set_carrier_uuid(dialled(world), "672b0b3f-typed", world.agent)
    with pytest.raises(ValueError, match="Another call"):
        services.set_carrier_uuid(dialled(world), "672b0b3f-typed", world.agent)


def test_whoever_listens_hears_of_every_link_in_its_transaction(world, monkeypatch):
    heard = []
    monkeypatch.setattr(carrier, "_listeners", [])
    services.on_carrier_link(lambda call: heard.append((call.pk, call.carrier_uuid)))
    call = dialled(world)
    hangup(uuid="cc32f844-e376-4dd7-b514-d55553f8f854")
    assert heard == [(call.pk, "cc32f844-e376-4dd7-b514-d55553f8f854")]
    services.set_carrier_uuid(call, "672b0b3f-typed", world.agent)
    assert heard[1:] == [(call.pk, "672b0b3f-typed")]


def test_a_listener_that_fails_undoes_the_link(world, monkeypatch):
    def fail(call):
        raise RuntimeError("no room")

    monkeypatch.setattr(carrier, "_listeners", [fail])
    call = dialled(world)
    assert hangup().state == HookState.RECEIVED
    assert Call.objects.get(pk=call.pk).carrier_uuid == "" and not CarrierRecord.objects.exists()


def test_what_the_sandbox_posts_is_matched(agent, still):
    call = services.place(agent, intent="one", to=fiction(61))
    still.advance(30)
    (record,) = still.plivo_calls()
    (form,) = [hook["form"] for hook in still.hooks() if hook["vendor"] == "plivo"]
    inbox.receive("plivo", "nonce", {}, urlencode(form))
    call.refresh_from_db()
    assert (call.carrier_uuid, call.hangup_cause) == (record["call_uuid"], "Busy Line")
    assert make_number(fiction(61)) == call.number
