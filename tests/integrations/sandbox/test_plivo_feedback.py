"""Plivo's feedback endpoint: every status of its page, both spellings, and the official package."""

import plivo
import pytest
import requests
from plivo.rest import client as plivo_client

from tests.integrations.sandbox.conftest import PLIVO

KNOWN = "b38149eb-b8fe-45d5-85b2-78ee4424788f"  # printed on the page
RATING = "Rating has to be a float between 1 -5"
ISSUES = (
    "Issues have to be an array of one or more than one of the following: AUDIO_LAG, BROKEN_AUDIO, "
    "CALL_DROPPPED, CALLERID_ISSUES, DIGITS_NOT_CAPTURED, ECHO, HIGH_CONNECT_TIME, LOW_AUDIO_LEVEL, "
    "ONE_WAY_AUDIO, OTHERS, ROBOTIC_AUDIO"
)
WORDS = (
    "AUDIO_LAG", "BROKEN_AUDIO", "CALL_DROPPED", "CALLERID_ISSUE", "DIGITS_NOT_CAPTURED", "ECHO",
    "HIGH_CONNECT_TIME", "LOW_AUDIO_LEVEL", "ONE_WAY_AUDIO", "OTHERS", "ROBOTIC_AUDIO",
)  # fmt: skip


def test_the_printed_request_gets_the_printed_answer(feedback, sandbox):
    answer = feedback(KNOWN, issues=["AUDIO_LAG"], rating="4", notes="Call quality was good")
    body = answer.json()
    assert answer.status_code == 201
    assert (body["message"], body["status"]) == ("Feedback has been posted", "success")
    assert set(body) == {"message", "api_id", "status"}
    kept = requests.get(f"{sandbox.url}/plivo-stats/feedback", timeout=5).json()
    assert kept == sandbox.feedback("plivo")
    assert [(k["call_uuid"], k["rating"], k["issues"], k["notes"]) for k in kept] == [
        (KNOWN, "4", ["AUDIO_LAG"], "Call quality was good")
    ]


@pytest.mark.parametrize("rating", ["4", 4, 4.0, "4.0", 1, 1.5, 4.9])
def test_a_rating_below_five_with_an_issue_is_taken(feedback, rating):
    assert feedback(KNOWN, rating=rating, issues=["ECHO"]).status_code == 201


@pytest.mark.parametrize("rating", ["5", 5, 5.0, "5.0"])
@pytest.mark.parametrize("issues", [{}, {"issues": []}, {"issues": ["OTHERS"]}])
def test_a_rating_of_five_needs_no_issue(feedback, rating, issues):
    assert feedback(KNOWN, rating=rating, **issues).status_code == 201


@pytest.mark.parametrize("rating", [None, 0, 0.9, 5.1, 7, "x", "", "NaN", "inf", True, [4], {"of": 4}])
def test_a_rating_outside_one_to_five_is_refused(feedback, sandbox, rating):
    answer = feedback(KNOWN, rating=rating, issues=["ECHO"])
    assert (answer.status_code, answer.json()["error"]) == (422, RATING)
    assert sandbox.feedback("plivo") == []


@pytest.mark.parametrize("issues", [None, [], ["NOISE"], ["ECHO", "NOISE"], "ECHO", {"ECHO": 1}, [1], [["ECHO"]]])
def test_issues_that_are_missing_or_unknown_are_refused(feedback, sandbox, issues):
    answer = feedback(KNOWN, rating=4, issues=issues)
    assert (answer.status_code, answer.json()["error"]) == (422, ISSUES)
    assert sandbox.feedback("plivo") == []


@pytest.mark.parametrize("issue", WORDS)
def test_each_of_the_eleven_issues_is_taken(feedback, issue):
    assert feedback(KNOWN, rating=2, issues=[issue]).status_code == 201


@pytest.mark.parametrize(
    ("spelling", "issue", "status"),
    [
        ("both", "CALL_DROPPED", 201), ("both", "CALLERID_ISSUES", 201),
        ("422", "CALL_DROPPED", 422), ("422", "CALLERID_ISSUE", 422),
        ("422", "CALL_DROPPPED", 201), ("422", "CALLERID_ISSUES", 201), ("422", "ECHO", 201),
        ("arguments", "CALL_DROPPPED", 422), ("arguments", "CALLERID_ISSUE", 201),
    ],
)  # fmt: skip
def test_the_two_misprinted_issues_follow_the_switch(feedback, sandbox, spelling, issue, status):
    requests.post(f"{sandbox.url}/settings", json={"plivo_spelling": spelling}, timeout=5).raise_for_status()
    assert feedback(KNOWN, rating=2, issues=[issue]).status_code == status


@pytest.mark.parametrize("number", ["6f2b8a52-0000-4bb5-8a0c-7a4f4c1d9f10", "nonsense"])
def test_an_unknown_call_is_told_apart_from_a_wrong_path(feedback, sandbox, number):
    answer = feedback(number, rating=5)
    assert (answer.status_code, answer.json()["error"]) == (404, "Please check the Call UUID")
    for path in (f"v1/Call/{KNOWN}/Feedback", f"v1/Calls/{KNOWN}/Feedback/", f"v1/Account/x/Call/{KNOWN}/Feedback/"):
        answer = requests.post(f"{sandbox.url}/plivo-stats/{path}", json={}, auth=PLIVO, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (404, "Resource cannot be found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_not_allowed(sandbox, method):
    url = f"{sandbox.url}/plivo-stats/v1/Call/{KNOWN}/Feedback/"
    answer = requests.request(method, url, auth=PLIVO, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (405, "HTTP method not allowed")


@pytest.mark.parametrize("auth", [None, (PLIVO[0], "wrong"), ("MA00000000000000WRONG", PLIVO[1])])
def test_wrong_credentials_are_refused(sandbox, auth):
    url = f"{sandbox.url}/plivo-stats/v1/Call/{KNOWN}/Feedback/"
    answer = requests.post(url, json={"rating": 5}, auth=auth, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (401, "Authentication failed")


def test_a_server_error_is_a_fault_away(feedback, sandbox):
    sandbox.fault("plivo", kind="status", status=500)
    answer = feedback(KNOWN, rating=5)
    assert (answer.status_code, answer.json()["error"]) == (500, "Server error")
    assert sandbox.feedback("plivo") == []


def test_a_call_it_carries_is_known_from_its_start(place, feedback, sandbox):
    place("+12125550100")
    number = sandbox.plivo_calls()[0]["call_uuid"]
    assert feedback(number, rating=5).status_code == 404
    sandbox.advance(1)
    assert feedback(number, rating=5).status_code == 201


def test_seeded_calls_are_known_by_their_beginning(feedback):
    assert feedback("00000000-0000-4000-8000-00000000002a", rating=5).status_code == 201


@pytest.fixture
def official(sandbox, monkeypatch):
    """The official package, unchanged but for its base addresses, which are module constants."""
    monkeypatch.setattr(plivo_client, "CALLINSIGHTS_BASE_URL", f"{sandbox.url}/plivo-stats")
    monkeypatch.setattr(plivo_client, "PLIVO_API_BASE_URI", f"{sandbox.url}/plivo/v1/Account")
    monkeypatch.setattr(plivo_client, "API_VOICE_BASE_URI", f"{sandbox.url}/plivo/v1/Account")
    with plivo.RestClient(*PLIVO) as client:
        yield client


def test_the_official_package_posts_feedback(official, sandbox):
    answer = official.call_feedback.create(KNOWN, rating="4", issues=["AUDIO_LAG"], notes="Call quality was good")
    assert answer.message == "Feedback has been posted"
    assert sandbox.feedback("plivo")[0]["rating"] == "4"


@pytest.mark.parametrize(
    ("number", "rating", "issues", "error"),
    [
        ("nonsense", 5, [], plivo.exceptions.ResourceNotFoundError),
        (KNOWN, 7, ["ECHO"], plivo.exceptions.InvalidRequestError),
        (KNOWN, 4, ["NOISE"], plivo.exceptions.InvalidRequestError),
    ],
)
def test_the_official_package_understands_the_refusals(official, number, rating, issues, error):
    with pytest.raises(error):
        official.call_feedback.create(number, rating=rating, issues=issues)


def test_the_official_package_reads_call_records(official, place, sandbox):
    place("+12125550100", outbound_number="+1 201-555-0123")
    place("+12125550161")
    sandbox.advance(60)
    newest, oldest = sorted(official.calls.list(limit=20), key=lambda call: call.to_number, reverse=True)
    assert (oldest.from_number, oldest.to_number) == ("+12015550123", "12125550100")
    assert oldest.end_time == "2026-11-20 12:00:24+00:00"
    assert (newest.hangup_cause_name, newest.answer_time) == ("Busy Line", None)
    assert official.calls.get(oldest.call_uuid).call_duration == 20


def test_a_call_still_going_on_is_live_and_has_no_record_yet(official, place, sandbox):
    place("+12125550100")
    sandbox.advance(10)
    number = sandbox.plivo_calls()[0]["call_uuid"]
    assert official.live_calls.get(number).call_status == "in-progress"
    with pytest.raises(plivo.exceptions.ResourceNotFoundError):
        official.calls.get(number)


def test_records_are_paged_twenty_at_most(place, sandbox):
    for _ in range(3):
        place("+12125550161")
    sandbox.advance(60)
    url = f"{sandbox.url}/plivo/v1/Account/{PLIVO[0]}/Call/"
    page = requests.get(url, params={"limit": 2}, auth=PLIVO, timeout=5).json()
    assert (page["meta"]["total_count"], len(page["objects"])) == (3, 2)
    assert page["meta"]["next"].endswith("limit=2&offset=2")
    assert requests.get(url, params={"limit": 99}, auth=PLIVO, timeout=5).json()["meta"]["limit"] == 20
    assert requests.get(f"{sandbox.url}/plivo/v1/Account/MAOTHER/Call/", auth=PLIVO, timeout=5).status_code == 404
