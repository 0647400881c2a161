"""What TeleSign is told to do next, as the connection's options want it."""

import pytest

from calls.choices import CallStatus, Provider
from calls.telesign import answering
from feedback.models import Feedback
from integrations import options
from integrations.choices import Vendor
from tests.calls.telesign.conftest import LEASED, PHONE
from tests.calls.telesign.events import REFERENCE, over, tell
from tests.world import fiction, make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]
THEIRS, OURS, MINE = fiction(1).lstrip("+"), LEASED.lstrip("+"), PHONE.lstrip("+")
DESK = "+12125550152"
QUESTION = "How was it? Press 1 to 5."
HANGUP = ("hangup", {})


@pytest.fixture
def call(world, connection, choose):
    choose(answer_sentence="Hello there.", keypad_sentence=QUESTION, language="es-ES")
    fields = {"vendor_id": REFERENCE, "status": CallStatus.RINGING, "agent_number": PHONE}
    return make_call(world.agent, world.marta, provider=Provider.TELESIGN, **fields)


def answered(**more):
    return tell("dial_completed", **{"to": THEIRS, "from": OURS, "status": "answered"} | more)


def leg_over():
    return tell("call_leg_completed", **{"to": MINE, "from": OURS, "status": "hangup"})


def said(message, asks=False):
    params = {"tts": {"message": message, "language": "es-ES"}}
    return "speak", params | ({"collect_digits": {"max": 1}} if asks else {})


def test_what_nobody_chose_is_a_sentence_and_never_the_undocumented_dial():
    chosen = {option.name: option.default for option in options.OPTIONS[Vendor.TELESIGN]}
    assert (chosen["on_answer"], chosen["on_incoming"], chosen["keypad"]) == ("speak", "speak", False)


def test_a_customer_who_answers_hears_the_sentence_and_the_call_ends(call):
    assert answered() == said("Hello there.")
    assert tell("speak_completed", status="speak_successful") == HANGUP


def test_the_question_stands_behind_the_sentence(call, choose):
    choose(keypad=True)
    assert answered() == said(f"Hello there. {QUESTION}", asks=True)
    assert tell("speak_completed", status="speak_successful", collected_digits="5") == HANGUP
    assert Feedback.objects.get().star_rating == 5


def test_say_nothing_still_asks_the_question(call, choose):
    choose(on_answer="hangup")
    assert answered() == HANGUP
    choose(keypad=True)
    assert answered(again=1) == said(QUESTION, asks=True)


def test_a_question_without_words_is_not_asked(call, choose):
    choose(keypad=True, keypad_sentence="  ")
    assert answered() == said("Hello there.")


def test_the_agents_phone_is_joined_and_the_question_asked_when_it_hangs_up(call, choose):
    choose(on_answer="connect", keypad=True)
    assert answered() == ("dial", {"to": MINE, "caller_id_number": OURS})
    assert answered(to=MINE) == said(answering.CONNECTED)
    assert leg_over() == said(QUESTION, asks=True)
    assert tell("speak_completed", status="speak_successful", collected_digits="1") == HANGUP


def test_a_joined_call_without_a_question_ends_when_the_phone_hangs_up(call, choose):
    choose(on_answer="connect")
    answered()
    assert leg_over() == HANGUP


def test_where_the_agent_has_no_phone_the_sentence_is_said(call, choose):
    choose(on_answer="connect")
    call.agent_number = ""
    call.save(update_fields=["agent_number"])
    assert answered() == said("Hello there.")


def test_where_the_agents_phone_is_not_picked_up_the_sentence_is_said(call, choose):
    choose(on_answer="connect", keypad=True)
    answered()
    assert answered(to=MINE, status="busy") == said("Hello there.")


def test_the_question_is_asked_once(call, choose):
    choose(on_answer="connect", keypad=True)
    answered()
    assert leg_over()[0] == "speak"
    assert tell("call_leg_completed", to=THEIRS) == HANGUP


def test_a_doubled_event_is_answered_the_same_also_when_the_wish_changed_meanwhile(call, choose):
    first = answered()
    choose(on_answer="connect", answer_sentence="Something else.")
    assert answered() == first == said("Hello there.")
    assert call.events.filter(word=answering.SAID).count() == 1


@pytest.mark.parametrize("status", ["busy", "no_answer", "anything"])
def test_a_call_nobody_answered_ends(call, status):
    assert answered(status=status) == HANGUP


def test_an_answer_told_after_the_end_starts_nothing(call, choose):
    choose(on_answer="connect", keypad=True)
    assert tell("call_completed", **over()) == HANGUP
    assert answered() == HANGUP and leg_over() == HANGUP


def test_an_event_nobody_knows_ends_the_call(call):
    assert tell("hologram_started") == HANGUP


def test_what_it_was_told_stands_on_the_timeline(call):
    answered()
    told = call.events.get(word=answering.SAID)
    assert told.text == "TeleSign was told to say “Hello there.”"
    assert told.raw == {"jsonrpc": "2.0", "method": "speak", "params": said("Hello there.")[1]}


# --- A customer calls us ----------------------------------------------------------------------


def rings(caller=THEIRS, **more):
    return tell("incoming_call", **{"to": OURS, "from": caller} | more)


def test_a_caller_hears_the_sentence(connection, choose):
    choose(incoming_sentence="Nobody is here.", language="es-ES")
    assert rings() == said("Nobody is here.")
    assert tell("speak_completed", status="speak_successful") == HANGUP


def test_a_caller_is_hung_up_on_where_that_is_chosen(connection, choose):
    choose(on_incoming="hangup")
    assert rings() == HANGUP


def test_a_caller_is_connected_and_their_number_is_shown(connection, choose):
    choose(on_incoming="connect", incoming_number=DESK, keypad=True, keypad_sentence=QUESTION, language="es-ES")
    assert rings() == ("dial", {"to": DESK.lstrip("+"), "caller_id_number": THEIRS})
    assert tell("call_leg_completed", to=DESK.lstrip("+")) == said(QUESTION, asks=True)


def test_a_withheld_number_is_connected_under_ours(connection, choose):
    choose(on_incoming="connect", incoming_number=DESK)
    assert rings(caller="") == ("dial", {"to": DESK.lstrip("+"), "caller_id_number": OURS})


def test_nobody_to_connect_to_means_hanging_up(connection, choose):
    choose(on_incoming="connect")
    assert rings() == HANGUP


def test_a_caller_whom_nobody_picks_up_for_hears_the_sentence(connection, choose):
    choose(on_incoming="connect", incoming_number=DESK, incoming_sentence="Nobody is here.", language="es-ES")
    rings()
    phone = {"to": DESK.lstrip("+"), "from": THEIRS, "status": "no_answer"}
    assert tell("dial_completed", **phone) == said("Nobody is here.")
