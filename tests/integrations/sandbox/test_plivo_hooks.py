"""Plivo's hangup callback: the body of real ones, signed, sent as the script says, tried four times."""

from urllib.parse import parse_qsl

import pytest
from plivo.utils.signature_v3 import validate_v3_signature

from integrations.sandbox.plivo.signature import message, sign

# FACTS: computed with Plivo's own code, token my_auth_token, nonce 12345.
VECTORS = [
    ("POST", "https://answer.url/h", {"CallUUID": "abc", "From": "1415", "To": "1212"},
     "https://answer.url/h?CallUUIDabcFrom1415To1212", "bI/udZ8MygL2ymoh+pd/QOE2AU7orYCGujfZPruXMTI="),
    ("POST", "https://answer.url/h?src=1", {"CallUUID": "abc", "From": "1415"},
     "https://answer.url/h?src=1.CallUUIDabcFrom1415", "iWuYvluic8Lp4LGoJYlPI0A675vDzEfKdLID48g0ncU="),
    ("POST", "https://answer.url/h?src=1", {},
     "https://answer.url/h?src=1", "2PEV5EYrpXe4SUpEr7GV8IUmHUvcVC7wChFdDEhH72o="),
    ("GET", "https://answer.url/h?src=1", {"CallUUID": "abc"},
     "https://answer.url/h?CallUUID=abc&src=1", "OhVDEqWOh2+fwVZrqXxgwDII8tZjGUFhtIj0nSvzcS8="),
]  # fmt: skip

# The bodies of two real callbacks: an answered call, and a busy one, which lacks the A leg's ids.
COMPLETED = (
    "ALegRequestUUID=64d3290a-87a6-46b4-a6e2-20f5f4e07a02&ALegUUID=64d3290a-87a6-46b4-a6e2-20f5f4e07a02"
    "&AnswerTime=2024-09-26+14%3A05%3A18&BillDuration=120&BillRate=0.005&CallStatus=completed"
    "&CallUUID=64d3290a-87a6-46b4-a6e2-20f5f4e07a02&Direction=outbound&Duration=66"
    "&EndTime=2024-09-26+14%3A06%3A23&Event=Hangup&From=918123456789&HangupCause=NORMAL_CLEARING"
    "&HangupCauseCode=4000&HangupCauseName=Normal+Hangup&HangupSource=Callee&ParentAuthID=MAXXXXXXXXXXXXXXXXXX"
    "&RequestUUID=64d3290a-87a6-46b4-a6e2-20f5f4e07a02&STIRAttestation=Not+Applicable"
    "&STIRVerification=Not+Applicable&SessionStart=2024-09-26+08%3A35%3A10.910772"
    "&StartTime=2024-09-26+14%3A05%3A08&To=918123456780&TotalCost=0.01000"
)
BUSY = (
    "AnswerTime=&BillDuration=0&BillRate=0.005&CallStatus=busy&CallUUID=672b0b3f-e4b9-46e7-8fa9-3b48c7da8683"
    "&Direction=outbound&Duration=0&EndTime=2024-10-22+16%3A41%3A21&Event=Hangup&From=%2B918123456789"
    "&HangupCause=USER_BUSY&HangupCauseCode=3010&HangupCauseName=Busy+Line&HangupSource=Carrier"
    "&ParentAuthID=MAXXXXXXXXXXXXXXXXXX&RequestUUID=672b0b3f-e4b9-46e7-8fa9-3b48c7da8683"
    "&STIRAttestation=Not+Applicable&STIRVerification=Not+Applicable&SessionStart=2024-10-22+11%3A10%3A48.129660"
    "&StartTime=2024-10-22+16%3A40%3A48&To=918123456780&TotalCost=0.00000"
)


@pytest.mark.parametrize(("method", "url", "params", "text", "signature"), VECTORS)
def test_the_signature_is_plivos(method, url, params, text, signature):
    assert message(method, url, params) == text
    assert sign(method, url, params, "my_auth_token", "12345") == signature


def test_an_answered_call_ends_with_the_callback_of_real_ones(place, sandbox, listener):
    place("+12125550100", outbound_number="+1 201-555-0123")
    sandbox.advance(23)
    assert listener.posts == []
    sandbox.advance(1)
    form = listener.posts[0]["form"]
    assert listener.posts[0]["path"] == "/hooks/plivo/"
    assert set(form) == set(dict(parse_qsl(COMPLETED, keep_blank_values=True)))
    assert (form["From"], form["To"]) == ("+12015550123", "12125550100")
    assert (form["SessionStart"], form["EndTime"]) == ("2026-11-20 12:00:01.000000", "2026-11-20 12:00:24")
    assert (form["CallStatus"], form["Duration"], form["BillDuration"]) == ("completed", "20", "60")


def test_a_busy_call_ends_with_the_callback_of_real_ones(place, sandbox, listener):
    place("+12125550161")
    sandbox.advance(60)
    form, real = listener.posts[0]["form"], dict(parse_qsl(BUSY, keep_blank_values=True))
    assert set(form) == set(real)
    for key in ("CallStatus", "HangupCause", "HangupCauseCode", "HangupCauseName", "HangupSource", "AnswerTime",
                "Duration", "BillDuration", "TotalCost", "Event", "Direction"):  # fmt: skip
        assert form[key] == real[key], key


@pytest.mark.parametrize(
    ("digits", "status", "code"),
    [("60", "no-answer", "3000"), ("62", "failed", "3050"), ("63", "failed", "3020"), ("64", "cancel", "1000"),
     ("65", "cancel", "1000"), ("67", "failed", "5000"), ("70", "completed", "4000")],
)  # fmt: skip
def test_the_cause_goes_by_the_script(place, sandbox, listener, digits, status, code):
    place(f"+121255501{digits}")
    sandbox.advance(120)
    assert [(p["form"]["CallStatus"], p["form"]["HangupCauseCode"]) for p in listener.posts] == [(status, code)]


def test_local_times_follow_the_accounts_zone_and_the_session_stays_utc(place, sandbox, listener):
    sandbox.set(plivo_timezone="Asia/Kolkata")
    place("+12125550100")
    sandbox.advance(60)
    form = listener.posts[0]["form"]
    assert (form["StartTime"], form["SessionStart"]) == ("2026-11-20 17:30:01", "2026-11-20 12:00:01.000000")


def test_the_official_package_accepts_the_signature(place, sandbox, listener):
    place("+12125550100")
    sandbox.advance(60)
    headers, form = listener.posts[0]["headers"], listener.posts[0]["form"]
    for name in ("X-Plivo-Signature-V3", "X-Plivo-Signature-Ma-V3"):
        signed = (headers["X-Plivo-Signature-V3-Nonce"], "demo-plivo-token", headers[name])
        assert validate_v3_signature("POST", f"{listener.url}/hooks/plivo/", *signed, form)


@pytest.mark.parametrize("digits", ["66", "68", "71", "73", "75", "90"])
def test_some_calls_end_without_a_callback(place, sandbox, listener, digits):
    place(f"+121255501{digits}")
    sandbox.advance(600)
    assert listener.posts == []


def test_a_callback_may_come_twice(place, sandbox, listener):
    place("+12125550191")
    sandbox.advance(60)
    first, second = listener.posts
    assert first["form"] == second["form"]
    assert first["headers"]["X-Plivo-Signature-V3-Nonce"] != second["headers"]["X-Plivo-Signature-V3-Nonce"]


def test_two_calls_to_one_number_at_one_time_are_two_candidates(place, sandbox, listener):
    place("+12125550192")
    sandbox.advance(60)
    first, second = (post["form"] for post in listener.posts)
    assert first["CallUUID"] != second["CallUUID"]
    assert (first["To"], first["From"]) == (second["To"], second["From"])
    assert (first["SessionStart"], second["SessionStart"]) == (
        "2026-11-20 12:00:01.000000", "2026-11-20 12:00:04.000000",
    )  # fmt: skip


def test_a_callback_may_come_late(place, sandbox, listener):
    place("+12125550193")
    sandbox.advance(60)
    assert listener.posts == []
    sandbox.advance(60)
    assert len(listener.posts) == 1


def test_a_call_by_ticket_alone_ends_with_the_number_of_its_contact(place, sandbox, listener):
    place(ticket_id="T1007")
    sandbox.advance(60)
    assert listener.posts[0]["form"]["To"] == "12125550107"


def test_a_call_started_by_the_agent_has_its_callback(place, sandbox, listener):
    place("+12125550180")
    sandbox.advance(60)
    assert listener.posts[0]["form"]["SessionStart"] == "2026-11-20 12:00:05.000000"


def test_an_unanswered_hook_is_sent_three_more_times(place, sandbox, listener):
    listener.statuses = [500, 403, 302, 503, 200]
    place("+12125550100")
    sandbox.advance(24)
    for _ in range(6):
        sandbox.advance(10)
    assert len(listener.posts) == 4
    assert [(hook["state"], hook["answers"]) for hook in sandbox.hooks()] == [("given up", [500, 403, 302, 503])]


def test_a_hook_taken_at_the_second_try_is_not_sent_again(place, sandbox, listener):
    listener.statuses = [500]
    place("+12125550100")
    sandbox.advance(24)
    for _ in range(3):
        sandbox.advance(10)
    assert [hook["answers"] for hook in sandbox.hooks()] == [[500, 200]]
    assert len(listener.posts) == 2
