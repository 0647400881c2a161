"""Misbehaviour on request, seen with a real client over a real socket."""

import socket

import pytest
import requests

from tests.integrations.sandbox.conftest import PLIVO, TRESTLE

KNOWN = "b38149eb-b8fe-45d5-85b2-78ee4424788f"


@pytest.fixture
def faults(sandbox):
    def post(*items):
        answer = requests.post(f"{sandbox.url}/faults", json=list(items), timeout=5)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return post


def test_several_faults_wait_for_one_path_and_are_used_in_order(faults, feedback, sandbox):
    faults(
        {"vendor": "plivo", "path": "Feedback", "kind": "status", "status": 503, "count": 2},
        {"vendor": "plivo", "path": "Feedback", "kind": "status", "status": 429, "retry_after": 3},
    )
    answers = [feedback(KNOWN, rating=5) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 503, 429, 201]
    assert answers[2].headers["Retry-After"] == "3"
    assert len(sandbox.feedback("plivo")) == 1
    assert [entry["fault"] for entry in sandbox.requests(vendor="plivo")] == ["status", "status", "status", None]


def test_retry_after_may_be_a_date(faults, feedback):
    date = "Fri, 20 Nov 2026 12:01:00 GMT"
    faults({"vendor": "plivo", "kind": "status", "status": 503, "retry_after": date})
    assert feedback(KNOWN, rating=5).headers["Retry-After"] == date


def test_after_means_the_work_is_done_and_the_answer_is_wrong(faults, feedback, sandbox):
    faults({"vendor": "plivo", "kind": "status", "status": 500, "when": "after"})
    assert feedback(KNOWN, rating=5).status_code == 500
    assert len(sandbox.feedback("plivo")) == 1


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1)])
def test_a_reset_breaks_the_connection(faults, feedback, sandbox, when, kept):
    faults({"vendor": "plivo", "kind": "reset", "when": when})
    with pytest.raises(requests.ConnectionError) as caught:
        feedback(KNOWN, rating=5)
    assert "reset by peer" in str(caught.value)
    assert len(sandbox.feedback("plivo")) == kept
    assert (sandbox.requests()[0]["status"], sandbox.requests()[0]["fault"]) == (None, "reset")


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1)])
def test_a_hang_says_nothing_until_the_client_gives_up(faults, sandbox, when, kept):
    faults({"vendor": "plivo", "kind": "hang", "when": when})
    url = f"{sandbox.url}/plivo-stats/v1/Call/{KNOWN}/Feedback/"
    with pytest.raises(requests.ReadTimeout):
        requests.post(url, json={"rating": 5}, auth=PLIVO, timeout=0.2)
    assert len(sandbox.feedback("plivo")) == kept


def test_a_hang_ends_by_closing_after_its_seconds(faults, feedback):
    faults({"vendor": "plivo", "kind": "hang", "seconds": 0})
    with pytest.raises(requests.ConnectionError):
        feedback(KNOWN, rating=5)


def test_a_slow_answer_comes_whole(faults, feedback):
    faults({"vendor": "plivo", "kind": "slow", "seconds": 0.1})
    answer = feedback(KNOWN, rating=5)
    assert (answer.status_code, answer.json()["status"]) == (201, "success")


def test_a_slow_answer_comes_byte_by_byte(faults, sandbox):
    faults({"vendor": "trestle", "kind": "slow", "seconds": 300})
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as client:
        client.sendall(b"GET /trestle/3.0/phone_intel?phone=1 HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        assert client.recv(1000) == b"H", "the next byte is most of a second away"


def test_every_answer_may_take_its_time(sandbox):
    sandbox.set(delay=60)
    url = f"{sandbox.url}/plivo-stats/v1/Call/{KNOWN}/Feedback/"
    with pytest.raises(requests.ReadTimeout):
        requests.post(url, json={"rating": 5}, auth=PLIVO, timeout=0.2)
    assert len(sandbox.feedback("plivo")) == 1


def test_half_a_json_comes_with_the_right_status(faults, feedback, sandbox):
    faults({"vendor": "plivo", "kind": "badjson"})
    answer = feedback(KNOWN, rating=5)
    assert answer.status_code == 201
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with pytest.raises(ValueError):
        answer.json()
    assert len(sandbox.feedback("plivo")) == 1, "an answer must exist to be spoiled"


def test_a_maintenance_page_comes_with_200(faults, feedback, sandbox):
    faults({"vendor": "plivo", "kind": "html"})
    answer = feedback(KNOWN, rating=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Maintenance" in answer.text
    assert sandbox.feedback("plivo") == []


@pytest.mark.parametrize(("vendor", "hit"), [("plivo", True), ("plivo-stats", True), ("*", True), ("trestle", False)])
def test_a_fault_is_for_its_vendor_only(faults, feedback, vendor, hit):
    faults({"vendor": vendor, "kind": "status", "status": 503})
    assert (feedback(KNOWN, rating=5).status_code == 503) is hit


@pytest.mark.parametrize(("path", "hit"), [("Feedback", True), (r"/Call/[0-9a-f-]+/Feed", True), ("Account", False)])
def test_a_fault_is_for_its_path_only(faults, feedback, path, hit):
    faults({"vendor": "plivo", "path": path, "kind": "status", "status": 503})
    assert (feedback(KNOWN, rating=5).status_code == 503) is hit


def test_a_fault_of_no_chance_never_comes_and_keeps_waiting(faults, feedback, sandbox):
    faults({"vendor": "plivo", "kind": "status", "status": 503, "p": 0})
    assert feedback(KNOWN, rating=5).status_code == 201
    assert len(requests.get(f"{sandbox.url}/faults", timeout=5).json()) == 1


def test_what_waits_is_shown_with_defaults_and_cleared(faults, sandbox, feedback):
    shown = faults({"vendor": "plivo", "kind": "reset"})
    assert shown == [{"p": 1, "count": 1, "when": "before", "seconds": 30, "vendor": "plivo", "kind": "reset"}]
    assert requests.get(f"{sandbox.url}/faults", timeout=5).json() == shown
    assert requests.delete(f"{sandbox.url}/faults", timeout=5).json() == []
    assert feedback(KNOWN, rating=5).status_code == 201


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"vendor": "plivo"}, "Send a JSON list."),
        (["x"], "Each entry must be a JSON object."),
        ([{"vendor": "plivo", "kind": "reset", "times": 2}], "Unknown key “times”."),
        ([{"vendor": "twilio", "kind": "reset"}], "“vendor” must be one of"),
        ([{"kind": "reset"}], "“vendor” must be one of"),
        ([{"vendor": "plivo", "kind": "explode"}], "“kind” must be one of"),
        ([{"vendor": "plivo", "kind": "status"}], "needs “status”"),
        ([{"vendor": "plivo", "kind": "status", "status": 42}], "“status” must be"),
        ([{"vendor": "plivo", "kind": "reset", "count": 0}], "“count” must be"),
        ([{"vendor": "plivo", "kind": "reset", "p": 2}], "“p” must be"),
        ([{"vendor": "plivo", "kind": "reset", "when": "never"}], "“when” must be"),
        ([{"vendor": "plivo", "kind": "reset", "path": "("}], "not a regular expression"),
        ([{"vendor": "plivo", "kind": "status", "status": 429, "retry_after": []}], "“retry_after” must be"),
    ],
)
def test_a_fault_nobody_can_act_on_is_refused_whole(sandbox, sent, words):
    answer = requests.post(f"{sandbox.url}/faults", json=sent, timeout=5)
    assert answer.status_code == 400
    assert words in answer.json()["message"]
    assert requests.get(f"{sandbox.url}/faults", timeout=5).json() == []


def test_an_answer_told_in_advance_is_given_once(sandbox, place):
    told = [{"vendor": "ccai", "method": "POST", "path": "calls", "status": 400, "body": {"message": "As printed"}}]
    assert requests.post(f"{sandbox.url}/answers", json=told, timeout=5).status_code == 201
    first, second = place("+12125550100"), place("+12125550100")
    assert (first.status_code, first.json()) == (400, {"message": "As printed"})
    assert second.status_code == 201
    assert len(sandbox.calls()) == 1
    assert [entry["status"] for entry in sandbox.requests(vendor="ccai")] == [400, 201]


def test_an_answer_told_in_advance_may_leave_the_work_done(sandbox, place):
    sandbox.answer("ccai", status=202, text="", effect=True, headers={"X-Told": "yes"})
    answer = place("+12125550100")
    assert (answer.status_code, answer.content, answer.headers["X-Told"]) == (202, b"", "yes")
    assert len(sandbox.calls()) == 1


@pytest.mark.parametrize(
    "told",
    [{"vendor": "ccai"}, {"vendor": "ccai", "status": 200, "kind": "reset"},
     {"vendor": "ccai", "status": 200, "body": 1, "text": "x"}, {"vendor": "ccai", "status": 200, "method": 1},
     {"vendor": "ccai", "status": 200, "headers": {"X": 1}}, {"vendor": "ccai", "status": 200, "effect": "yes"}],
)  # fmt: skip
def test_an_answer_nobody_can_give_is_refused(sandbox, told):
    assert requests.post(f"{sandbox.url}/answers", json=[told], timeout=5).status_code == 400


def test_every_request_is_written_down_without_its_secrets(sandbox, phone_feedback, place):
    place("+12125550100")
    phone_feedback()
    everything = requests.get(f"{sandbox.url}/requests", timeout=5)
    assert "demo-trestle-key" not in everything.text
    assert "demo-token" not in everything.text and "ZGVtbzpkZW1vLXRva2Vu" not in everything.text
    ccai, trestle = everything.json()
    assert ccai["headers"]["Authorization"] == "Basic ***"
    assert (ccai["method"], ccai["path"], ccai["status"]) == ("POST", "/ccai/apps/api/v1/calls", 201)
    assert ccai["body"]["end_user_number"] == "+12125550100"
    assert ccai["time"] == "2026-11-20T12:00:00.000Z"
    assert (trestle["vendor"], trestle["body"]["phone"]) == ("trestle", "2069735100")


def test_requests_are_found_by_vendor_and_path_and_cleared(sandbox, phone_feedback, place):
    place("+12125550100")
    phone_feedback()
    requests.get(f"{sandbox.url}/trestle/3.0/phone_intel", params={"phone": "1"}, headers=TRESTLE, timeout=5)
    url = f"{sandbox.url}/requests"
    found = requests.get(url, params={"vendor": "trestle", "path": "intel$"}, timeout=5).json()
    assert [(entry["path"], entry["query"]) for entry in found] == [("/trestle/3.0/phone_intel", {"phone": "1"})]
    assert len(sandbox.requests(vendor="trestle")) == 2
    assert requests.get(url, params={"path": "("}, timeout=5).status_code == 400
    requests.delete(url, timeout=5)
    assert sandbox.requests() == []
