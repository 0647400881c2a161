"""A call's life by the last digits of its number, the list that tells it, and the flags during it."""

import pytest
import requests

from integrations.sandbox.script import ENDINGS
from tests.integrations.sandbox.conftest import CCAI

LONGEST = 1000  # seconds; every life that ends has ended by then


def watch(manager, sandbox, number, seconds=LONGEST):
    """The statuses of the first call, second by second, without repeats."""
    seen = []
    for _ in range(seconds):
        call = manager(f"calls/{number}").json()
        if not seen or seen[-1] != call["status"]:
            seen.append(call["status"])
        sandbox.world.clock.advance(1)
    return seen


@pytest.mark.parametrize(
    ("digits", "seconds", "states"),
    [
        ("00", 30, ["assigned", "connecting", "connected", "finished"]),
        ("53", 35, ["assigned", "connecting", "switching", "connected", "finished"]),
        ("54", 40, ["assigned", "connecting", "failed", "recovered"]),
        ("60", 30, ["assigned", "connecting", "failed"]),
        ("66", 25, ["assigned", "failed"]),
        ("70", 25, ["assigned", "connecting", "deflected", "voicemail", "voicemail_received", "voicemail_read"]),
        ("71", 25, ["assigned", "connecting", "deflected"]),
        ("72", 40, ["assigned", "connecting", "deflected", "voicemail", "voicemail_received"]),
        ("73", 25, ["assigned", "action_only", "action_only_finished"]),
        ("74", 30, ["assigned", "connecting", "connected", "hologram_connected", "finished"]),
        ("75", 60, ["assigned", "connecting"]),
    ],
)
def test_a_life_goes_through_its_states_in_order(place, manager, sandbox, digits, seconds, states):
    number = place(f"+121255501{digits}").json()["id"]
    assert watch(manager, sandbox, number, seconds) == states


# The others answer nothing, or never appear: test_ccai_create tells of them.
PLAYED = [n for n, e in ENDINGS.items() if e.answer not in ("lost", "silent") and e.appears_after is not None]


@pytest.mark.parametrize("digits", PLAYED)
def test_every_ending_plays_to_its_last_state(place, manager, sandbox, digits):
    ending = ENDINGS[digits]
    place(f"+121255501{digits:02d}")
    sandbox.world.clock.advance(LONGEST)
    call = manager("calls").json()[0]
    assert call["status"] == ending.stages[-1][1]
    assert call["fail_reason"] == ending.fail_reason
    assert (call["ends_at"] is None) == (digits == 75)


@pytest.mark.parametrize(
    ("digits", "reason"),
    [("60", "eu_no_answer"), ("61", "eu_busy"), ("62", "eu_wrong_number"), ("63", "eu_rejected"),
     ("64", "eu_abandoned"), ("65", "ag_canceled"), ("66", "ag_ignored"), ("67", "voip_conn_timeout"),
     ("68", "unknown")],
)  # fmt: skip
def test_a_failure_says_why_once_it_has_failed(place, manager, sandbox, digits, reason):
    number = place(f"+121255501{digits}").json()["id"]
    assert manager(f"calls/{number}").json()["fail_reason"] == "nothing"
    sandbox.advance(60)
    assert manager(f"calls/{number}").json()["fail_reason"] == reason


def test_an_ordinary_number_is_answered_and_talks_for_twenty_to_forty_seconds(place, manager, sandbox):
    for digits in range(50):
        place(f"+121255501{digits:02d}")
    sandbox.world.clock.advance(60)
    calls = manager("calls").json()
    assert {call["status"] for call in calls} == {"finished"}
    assert all(20 <= call["call_duration"] <= 40 for call in calls)
    assert {call["disconnected_by"] for call in calls} == {"disconnected_by_agent", "disconnected_by_end_user"}


def test_stamps_and_durations_agree(place, manager, sandbox):
    number = place("+12125550100").json()["id"]
    sandbox.advance(60)
    call = manager(f"calls/{number}").json()
    assert call["assigned_at"] == "2026-11-20T12:00:00.000Z"
    assert call["connected_at"] == "2026-11-20T12:00:04.000Z"
    assert call["ends_at"] == call["updated_at"] == "2026-11-20T12:00:24.000Z"
    assert (call["wait_duration"], call["call_duration"]) == (4, 20)


def test_a_call_back_is_a_child_of_the_failed_call(place, manager, sandbox):
    parent = place("+12125550154").json()["id"]
    assert len(manager("calls").json()) == 1
    sandbox.advance(60)
    first, child = manager("calls").json()
    assert (first["id"], first["status"]) == (parent, "recovered")
    assert (child["parent_id"], child["status"]) == (parent, "finished")


def test_an_incoming_call_waits_in_the_queue_first(place, manager, sandbox):
    call = place("+12125550100", call_type="Voice Inbound (API)", agent_email=None, menu_id=9).json()
    states = watch(manager, sandbox, call["id"], 30)
    assert states == ["queued", "assigned", "connecting", "connected", "finished"]
    assert manager(f"calls/{call['id']}").json()["queue_duration"] == 2


def test_a_scheduled_call_waits_for_its_time(place, manager, sandbox):
    call = place(
        "+12125550100", call_type="Voice Scheduled (API)", agent_email=None, menu_id=20,
        scheduled_at="2026-11-20T12:10:00Z",
    ).json()  # fmt: skip
    assert manager(f"calls/{call['id']}").json()["status"] == "scheduled"
    sandbox.advance(600)
    assert manager(f"calls/{call['id']}").json()["status"] == "queued"


def test_the_list_is_tailed_by_updated_at(place, manager, sandbox):
    first = place("+12125550160").json()["id"]
    sandbox.advance(10)
    second = place("+12125550160").json()["id"]
    tail = {"sort_column": "updated_at", "sort_direction": "ASC"}
    everything = manager("calls", **tail).json()
    assert [call["id"] for call in everything] == [first, second]
    mark = everything[-1]["updated_at"]
    assert [c["id"] for c in manager("calls", **tail, **{"updated_at[from]": mark}).json()] == [second]
    sandbox.advance(18)
    assert [c["id"] for c in manager("calls", **tail, **{"updated_at[from]": mark}).json()] == [second, first]


def test_the_list_is_paged_with_total_and_links(place, manager):
    for _ in range(5):
        place("+12125550100")
    page = manager("calls", page=2, per=2)
    assert (page.headers["Total"], page.headers["Per-Page"]) == ("5", "2")
    assert page.links["next"]["url"].endswith("page=3&per=2")
    assert page.links["last"]["url"].endswith("page=3&per=2")
    assert "next" not in manager("calls", page=3, per=2).links
    assert manager("calls", per=500).headers["Per-Page"] == "100"


@pytest.mark.parametrize("params", [{"page": "x"}, {"sort_column": "rating"}, {"updated_at[from]": "yesterday"}])
def test_a_question_nobody_understands_is_a_400(manager, params):
    assert manager("calls", **params).status_code == 400


def test_the_manager_adds_the_keys_of_its_page_and_no_number(place, manager):
    made = place("+12125550100").json()
    listed = manager("calls").json()[0]
    assert set(listed) - set(made) == {"call_uuid", "updated_at", "queue_duration", "finish_reason"}
    assert "2125550100" not in str(listed)
    assert "@" not in str(listed)


def test_the_other_lists_answer(manager):
    agents = manager("agents").json()
    assert agents[0]["email"] == "agent@demo.test"
    assert agents[0]["status"]["name"] == "Available"
    assert {menu["menu_type"] for menu in manager("menus").json()} == {"ivr_menu", "mobile_menu", "web_menu", None}
    assert manager("user_statuses").json()[0]["name"] == "Available"
    assert manager("settings/organization").status_code == 200
    assert manager("calls/1").status_code == 404


@pytest.fixture
def flags(sandbox, place):
    def of(to="+12125550152"):
        number = place(to).json()["id"]
        return f"{sandbox.url}/ccai/apps/api/v1/calls/{number}/customer_flag"

    return of


def patch(url, **flags):
    return requests.patch(url, json=flags, auth=CCAI, timeout=5)


def test_flags_are_real_booleans_and_both_spellings_are_one_flag(flags):
    url = flags()
    none = {"verified_customer": False, "bad_actor": False, "repeat_customer": False}
    assert requests.get(url, auth=CCAI, timeout=5).json() == none
    assert patch(url, verified_customer=True, repeat_customers=True).status_code == 200
    assert requests.get(url, auth=CCAI, timeout=5).json() == none | {"verified_customer": True, "repeat_customer": True}
    assert patch(url, repeat_customer=False).json()["repeat_customer"] is False


def test_one_ending_takes_the_repeat_flag_under_one_spelling_only(flags):
    url = flags("+12125550194")
    assert patch(url, repeat_customers=True).json()["repeat_customer"] is False
    assert patch(url, repeat_customer=True).json()["repeat_customer"] is True


def test_a_flag_changes_updated_at(flags, manager, sandbox):
    url = flags()
    sandbox.advance(100)
    before = manager("calls").json()[0]["updated_at"]
    patch(url, bad_actor=True)
    assert manager("calls").json()[0]["updated_at"] > before


def test_flags_end_with_the_call(flags, sandbox):
    url = flags("+12125550161")
    sandbox.advance(60)
    for answer in (patch(url, bad_actor=True), requests.get(url, auth=CCAI, timeout=5)):
        assert (answer.status_code, answer.json()) == (400, {"message": "Call is already ended"})


def test_flags_that_are_no_booleans_or_of_no_call_are_refused(flags, sandbox):
    assert patch(flags(), bad_actor="true").status_code == 400
    assert patch(f"{sandbox.url}/ccai/apps/api/v1/calls/1/customer_flag", bad_actor=True).status_code == 404


def test_more_requests_a_second_than_the_tenant_may_are_429(manager, sandbox):
    sandbox.set(ccai_rate=2)
    answers = [manager("agents").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert manager("agents").json() == {"message": "Too many requests"}
