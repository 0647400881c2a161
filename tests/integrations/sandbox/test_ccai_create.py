"""POST calls: every answer printed on CCAI's call page is reached by a documented trigger."""

import pytest
import requests

from tests.integrations.sandbox.conftest import CCAI

INCOMING = {"call_type": "Voice Inbound (API)", "agent_email": None, "menu_id": 9}
SCHEDULED = {
    "call_type": "Voice Scheduled (API)",
    "agent_email": None,
    "menu_id": 9,
    "scheduled_at": "2026-11-21T00:19:14.421Z",
}
TO = "+1 859-657-9625"

OUTBOUND_KEYS = {
    "id", "lang", "call_type", "status", "created_at", "queued_at", "assigned_at", "connected_at", "ends_at",
    "scheduled_at", "wait_duration", "call_duration", "hold_duration", "rating", "has_feedback", "voip_provider",
    "out_ticket_id", "out_ticket_url", "verified", "recording_url", "recording_permission", "voicemail_reason",
    "deflection", "disconnected_by", "fail_reason", "fail_details", "support_number", "selected_menu", "menu_path",
    "agent_info", "end_user", "photos", "videos", "transfers", "deflection_details", "participants", "offer_type",
    "offer_events", "answer_type", "outbound_number",
}  # fmt: skip

OUTBOUND_REFUSALS = [
    ({"agent_email": "busy@demo.test"}, "Agent is not available to take this call"),
    ({"to": None}, "ticket_id or end_user_number required"),
    ({"agent_email": "unknown@demo.test"}, "Not a valid agent email"),
    ({"agent_email": "agent@somedomain.com"}, "Not a valid agent email"),
    ({"agent_email": None}, "Agent email required"),
    ({"agent_email": ""}, "Agent email required"),
    ({"agent_email": "noaccess@demo.test"}, "Agent does not have access to make calls"),
    ({"to": "123123"}, "end_user_number is not well-formed"),
    ({"to": "+1 999-657-12"}, "end_user_number is not well-formed"),
    ({"to": "+1911"}, "end_user_number is not well-formed"),
    ({"to": "+1 212-555-OlOO"}, "end_user_number is not well-formed"),
    ({"to": None, "ticket_id": 1}, "Contact not found"),
    ({"ticket_id": "T2001"}, "Contact not found"),
    ({"call_type": "InvalidCallType"}, "Invalid call type"),
    ({"call_type": None}, "Invalid call type"),
    ({"lang": "fr"}, "Language 'fr' is not available"),
    ({"lang": "xy"}, "Language 'xy' is not found"),
]
MENU_REFUSALS = [
    ({"to": "+1 999-657-12"}, "end_user_number is not well formed"),
    ({"to": None}, "end_user_number is required"),
    ({"to": None, "ticket_id": "76517"}, "end_user_number is required"),
    ({"menu_id": None}, "menu_id is required"),
    ({"menu_id": "menu_999"}, "menu_id is not well formed"),
    ({"menu_id": 9999}, "menu_id 9999 is not found"),
    ({"menu_id": 22}, "Menu is in 'manual redirection' state, can't accept calls"),
    ({"menu_id": 21}, "Menu is in 'after hours' state, can't accept incoming calls"),
    ({"lang": "fr"}, "Language 'fr' is not available"),
    ({"lang": "xy"}, "Language 'xy' is not found"),
    ({"call_type": "InvalidCallType"}, "Invalid call type"),
]


def refusal(answer):
    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]
    return answer.json()["message"]


@pytest.mark.parametrize(("changes", "message"), OUTBOUND_REFUSALS)
def test_an_outbound_call_is_refused_in_the_printed_words(place, sandbox, changes, message):
    assert refusal(place(**({"to": TO} | changes))) == message
    assert sandbox.calls() == []


@pytest.mark.parametrize("kind", [INCOMING, SCHEDULED], ids=["incoming", "scheduled"])
@pytest.mark.parametrize(("changes", "message"), MENU_REFUSALS)
def test_a_call_for_a_menu_is_refused_in_the_printed_words(place, kind, changes, message):
    assert refusal(place(**(kind | {"to": TO} | changes))) == message


@pytest.mark.parametrize("menu", [30, 50])
def test_an_incoming_call_goes_to_ivr_and_mobile_menus_only(place, menu):
    assert refusal(place(TO, **INCOMING | {"menu_id": menu})) == "Only IVR and mobile menu IDs are permitted"


@pytest.mark.parametrize(("menu", "state"), [(10, "'after hours' state, can't accept incoming calls"),
                                             (11, "'manual redirection' state, can't accept calls")])  # fmt: skip
def test_an_ivr_menu_may_be_closed_too(place, menu, state):
    assert refusal(place(TO, **INCOMING | {"menu_id": menu})) == f"Menu is in {state}"


@pytest.mark.parametrize("menu", [12, 50])
def test_a_scheduled_call_goes_to_mobile_and_web_menus_only(place, menu):
    assert refusal(place(TO, **SCHEDULED | {"menu_id": menu})) == "Only mobile and web menu IDs are permitted"


@pytest.mark.parametrize("when", [None, "", "soon", "2019-09-15T00:19:14.421Z", "9999-12-31T23:59:59Z", 7])
def test_a_scheduled_call_needs_a_moment_to_come(place, when):
    assert refusal(place(TO, **SCHEDULED | {"scheduled_at": when})) == "scheduled_at is required"


def test_an_outbound_call_by_number_answers_the_printed_object(place):
    answer = place(TO, agent_email="admin@demo.test", outbound_number="+1 339-219-5276")
    call = answer.json()
    assert answer.status_code == 201
    assert set(call) == OUTBOUND_KEYS
    assert (call["status"], call["call_type"], call["end_user"]) == ("assigned", "Voice Outbound (API)", None)
    assert call["created_at"] == "2026-11-20T12:00:00.000Z"
    assert call["outbound_number"] == "+1 339-219-5276"
    assert [p["type"] for p in call["participants"]] == ["agent", "end_user"]
    assert {p["status"] for p in call["participants"]} == {"waiting"}
    assert "8596579625" not in "".join(c for c in answer.text if c.isdigit()), "the object tells no number dialled"


def test_an_outbound_call_by_ticket_answers_its_contact_and_no_number(place):
    call = place(ticket_id="71450").json()
    assert call["out_ticket_id"] == "71450"
    assert call["end_user"] == {"id": 67, "identifier": None, "out_contact_id": "381630957514"}
    assert call["participants"][1]["end_user_id"] == 67


def test_a_ticket_wins_over_a_number(place, sandbox):
    place(TO, ticket_id="T1042")
    assert sandbox.calls()[0]["number"] == "+12125550142"


@pytest.mark.parametrize("asked", [None, "", "nonsense"])
def test_without_a_good_outbound_number_the_default_is_used(place, asked):
    assert place(TO, outbound_number=asked).json()["outbound_number"] == "+1 339-219-5276"


@pytest.mark.parametrize("old", ["OutboundCall"])
def test_the_deprecated_name_is_still_taken(place, old):
    assert place(TO, call_type=old).json()["call_type"] == "Voice Outbound (API)"


def test_an_incoming_call_answers_the_printed_object(place):
    answer = place("+82-10-6861-2345", **INCOMING)
    call = answer.json()
    assert answer.status_code == 201
    assert set(call) == OUTBOUND_KEYS - {"voip_provider"}
    assert (call["status"], call["agent_info"], call["offer_type"]) == ("queued", None, "cascade")
    assert call["selected_menu"] == {
        "id": 9, "name": "Lock Star", "parent_id": None, "position": 0, "deleted": False,
        "menu_type": "ivr_menu", "output_msg": "You selected Lock Star.", "hidden": False,
    }  # fmt: skip
    assert call["menu_path"] == {"items_count": 1, "name": "Lock Star", "materialized_path": "9"}
    assert [p["type"] for p in call["participants"]] == ["end_user"]


@pytest.mark.parametrize("by", [{"menu_id": 9}, {"menu_id": None, "call_id": 514}], ids=["menu", "call"])
def test_a_scheduled_call_answers_as_an_inbound_one_in_the_queue(place, by):
    call = place("+82-10-6861-2345", **SCHEDULED | by).json()
    assert (call["call_type"], call["status"], call["queued_at"]) == ("Voice Inbound (API)", "queued", None)
    assert call["scheduled_at"] == "2026-11-21T00:19:14.421Z"
    assert call["selected_menu"]["id"] == 9


def test_the_agent_must_choose_a_number_and_the_request_is_echoed(place, manager, sandbox):
    answer = place("+12125550180")
    assert answer.status_code == 200
    assert answer.json() == {
        "call_type": "Voice Outbound (API)", "agent_email": "agent@demo.test", "lang": "en",
        "end_user_number": "+12125550180",
    }  # fmt: skip
    assert manager("calls").json() == []
    sandbox.advance(4)
    assert [call["status"] for call in manager("calls").json()] == ["assigned"]


def test_the_agent_must_act_and_nothing_is_said(place, manager, sandbox):
    answer = place(ticket_id="T1081")
    assert (answer.status_code, answer.content) == (202, b"")
    sandbox.advance(4)
    assert [call["out_ticket_id"] for call in manager("calls").json()] == ["T1081"]


@pytest.mark.parametrize(("to", "status"), [("+12125550182", 200), ("+12125550183", 202)])
def test_an_agent_may_never_act(place, manager, sandbox, to, status):
    assert place(to).status_code == status
    sandbox.advance(600)
    assert manager("calls").json() == []


def test_a_lost_answer_leaves_a_call_behind(place, sandbox):
    with pytest.raises(requests.ConnectionError):
        place("+12125550184")
    assert len(sandbox.calls()) == 1


def test_a_refused_connection_leaves_none(place, sandbox):
    with pytest.raises(requests.ConnectionError):
        place("+12125550186")
    assert sandbox.calls() == []


def test_an_answer_may_stay_out_although_the_call_is_placed(sandbox):
    body = {"call_type": "Voice Outbound (API)", "agent_email": "agent@demo.test", "end_user_number": "+12125550185"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{sandbox.url}/ccai/apps/api/v1/calls", json=body, auth=CCAI, timeout=0.3)
    assert len(sandbox.calls()) == 1
    assert sandbox.requests(vendor="ccai")[0]["status"] is None


def test_the_object_may_come_in_an_array(place):
    assert place("+12125550187").json()[0]["status"] == "assigned"


def test_the_object_may_carry_the_misprints_of_the_page(place):
    call = place("+12125550188").json()
    assert (call["voicemail_reaso"], call["deflection"]) == ("not_voicemail", "n_deflection")


@pytest.mark.parametrize("auth", [None, ("demo", "wrong"), ("wrong", "demo-token")])
def test_wrong_credentials_are_refused(sandbox, auth):
    answer = requests.post(f"{sandbox.url}/ccai/apps/api/v1/calls", json={}, auth=auth, timeout=5)
    assert (answer.status_code, list(answer.json())) == (401, ["message"])


def test_a_wrong_path_says_to_check_the_subdomain(sandbox):
    answer = requests.post(f"{sandbox.url}/ccai/elsewhere/apps/api/v1/calls", json={}, auth=CCAI, timeout=5)
    assert answer.status_code == 404
    assert answer.json() == {"message": "Resource not found - Please check your subdomain"}


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'"x"'])
def test_a_body_that_is_no_object_is_no_valid_call_type(sandbox, text):
    answer = requests.post(f"{sandbox.url}/ccai/apps/api/v1/calls", data=text, auth=CCAI, timeout=5)
    assert refusal(answer) == "Invalid call type"
