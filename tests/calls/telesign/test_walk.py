"""Calls through TeleSign over real sockets: dialled, told of by signed events, steered by our answers to them."""

import pytest

from calls.choices import CallStatus, Provider
from calls.models import Call
from calls.services import place
from calls.telesign import silence
from feedback.models import Feedback
from tests.calls.conftest import words_of
from tests.calls.telesign.conftest import LEASED
from tests.world import fiction

pytestmark = pytest.mark.django_db(transaction=True)


def dial(agent, last_two, **how):
    return place(agent, intent=f"to-{last_two}", provider=Provider.TELESIGN, to=fiction(last_two), **how)


def fresh(call):
    call.refresh_from_db()
    return call


def told(sandbox):
    """The commands TeleSign carried out, by call."""
    return [[one["method"] for one in call["told"]] for call in sandbox.telesign_calls()]


def test_from_the_desk_to_the_wrap_up_and_the_key_that_is_feedback(agent, world, still, choose, as_agent, api):
    choose(keypad=True)
    form = {"intent": "desk-1", "customer": world.marta.pk, "who": fiction(1), "provider": "telesign"}
    assert as_agent.post("/desk/dial/", form).status_code == 302
    call = Call.objects.get()
    assert (call.provider, call.status) == ("telesign", CallStatus.RINGING)
    (asked,) = still.requests(vendor="telesign")
    assert asked["body"]["params"] == {
        "to": fiction(1).lstrip("+"),
        "caller_id_number": LEASED.lstrip("+"),
        "max_call_duration": "14400",
    }
    still.play(60)
    assert fresh(call).status == CallStatus.COMPLETED and told(still) == [["speak", "hangup"]]
    assert (call.wait_seconds, call.talk_seconds) == (5, 3)
    rating = {"quality": 5, "issues": [], "outcome": "reached", "right_party": True}
    assert api(agent).put(f"/api/v1/calls/{call.pk}/rating/", rating).status_code == 200
    answer = Feedback.objects.get()
    assert (answer.call, answer.star_rating, answer.customer) == (call, 2, world.marta)
    page = as_agent.get(f"/calls/{call.pk}/answers/").content.decode()
    assert "2 of 5" in page and "By a key at the end of the call" in page


def test_by_rest_an_agent_needs_no_phone_where_a_sentence_is_said(world, still, api, choose):
    body = {"provider": "telesign", "kind": "outbound", "to": fiction(50)}
    made = api(world.agent).post("/api/v1/calls/", body)
    assert (made.status_code, made.json()["status"], made.json()["provider"]) == (201, "ringing", "telesign")
    still.play(60)
    assert Call.objects.get().status == CallStatus.COMPLETED
    choose(on_answer="connect")
    assert api(world.agent).post("/api/v1/calls/", body | {"to": fiction(51)}).status_code == 422


def test_the_agents_phone_is_joined_where_telesign_allows_it(agent, world, still, choose):
    choose(on_answer="connect", keypad=True)
    still.set(telesign_bridge="allow")
    call = dial(agent, 50, customer=world.marta)
    still.play(5)
    assert fresh(call).status == CallStatus.IN_PROGRESS and told(still) == [["dial"]]
    still.play(300)
    assert fresh(call).status == CallStatus.COMPLETED and told(still) == [["dial", "speak", "hangup"]]
    assert "call_leg_completed" in words_of(call) and Feedback.objects.get().star_rating == 1


def test_where_it_does_not_that_is_said_on_the_call(agent, world, still, choose, as_agent):
    choose(on_answer="connect")
    call = dial(agent, 50, customer=world.marta)
    still.play(60)
    assert fresh(call).status == CallStatus.COMPLETED and told(still) == [["dial"]]
    assert call.vendor_words == "unsupported_call_state"
    page = as_agent.get(f"/calls/{call.pk}/").content.decode()
    assert "unsupported_call_state" in page and "did not do what it was told" in page


@pytest.mark.parametrize(
    ("last_two", "status"),
    [
        (60, CallStatus.NO_ANSWER),
        (61, CallStatus.BUSY),
        (62, CallStatus.FAILED),
        (64, CallStatus.CANCELLED),
        (70, CallStatus.COMPLETED),
        (87, CallStatus.COMPLETED),
        (88, CallStatus.COMPLETED),
        (91, CallStatus.COMPLETED),
        (92, CallStatus.COMPLETED),
        (93, CallStatus.COMPLETED),
    ],
)
def test_every_kind_of_end_is_told(agent, still, last_two, status):
    call = dial(agent, last_two)
    still.play(200)
    assert fresh(call).status == status
    assert all(hook["state"] == "delivered" for hook in still.hooks())


@pytest.mark.parametrize("last_two", [80, 84])
def test_a_call_whose_answer_was_lost_is_settled_by_its_events(agent, still, last_two):
    call = dial(agent, last_two)
    assert (call.status, call.vendor_id) == (CallStatus.UNCERTAIN, None)
    assert "looking for it" not in call.why
    still.play(200)
    assert (
        fresh(call).status == CallStatus.COMPLETED
        and call.vendor_id == still.telesign_calls()[0]["reference_id"].lower()
    )


@pytest.mark.parametrize("last_two", [82, 86])
def test_a_call_nothing_is_told_of_stays_in_doubt_and_is_not_dialled_again(agent, still, last_two):
    call = dial(agent, last_two)
    still.play(200)
    assert fresh(call).status == CallStatus.UNCERTAIN and len(still.requests(vendor="telesign")) == 1


def test_a_call_whose_end_is_never_told_is_on_until_time_ends_it(agent, still):
    call = dial(agent, 90)
    still.play(200)
    assert fresh(call).status == CallStatus.IN_PROGRESS
    Call.objects.update(asked_at=call.asked_at - silence.LONGEST)
    assert silence.sweep() == 1 and fresh(call).status == CallStatus.COMPLETED and call.talk_seconds is None


@pytest.mark.parametrize(("last_two", "stars"), [(94, []), (95, []), (96, []), (53, [4])])
def test_only_one_good_key_is_an_answer(agent, still, choose, last_two, stars):
    choose(keypad=True)
    dial(agent, last_two)
    still.play(60)
    assert list(Feedback.objects.values_list("star_rating", flat=True)) == stars


def test_a_customer_calls_us(world, still, choose):
    choose(on_incoming="connect", incoming_number=fiction(51), keypad=True)
    still.telesign_incoming(fiction(1))
    still.play(600)
    call = Call.objects.get()
    assert (call.customer, call.status) == (world.marta, CallStatus.COMPLETED)
    assert told(still) == [["dial", "speak", "hangup"]] and call.talk_seconds > 180
    assert Feedback.objects.get().star_rating == 2


@pytest.fixture
def not_leased(connection):
    """A caller id an admin entered and TeleSign does not lease to us."""
    connection.caller_ids = [fiction(90)]
    connection.save(update_fields=["caller_ids"])


def test_a_refused_dial_is_told_in_words(agent, still, not_leased):
    call = dial(agent, 50)
    assert call.status == CallStatus.REFUSED and "does not lease" in call.why
    assert call.vendor_words == "caller_id_number_not_owned"


@pytest.mark.parametrize("shape", ["error", "errors", "status", "rpc"])
def test_a_refusal_is_found_in_every_form(agent, still, not_leased, shape):
    still.set(telesign_errors=shape)
    call = dial(agent, 50)
    assert "does not lease" in call.why
