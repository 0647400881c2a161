"""Call quality feedback to Plivo: exactly what its page asks for, and every status it prints."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import vendors
from integrations.contracts import CallFeedback
from integrations.errors import Misconfigured, NotYet, RateLimited, Rejected, Relearn, Uncertain
from integrations.plivo import delivery
from integrations.plivo.client import NOTES_LIMIT, Client, feedback_body
from integrations.plivo.issues import ISSUES
from tests.integrations.anything import patient
from tests.integrations.vendor_server import fixture

UUID = "b38149eb-b8fe-45d5-85b2-78ee4424788f"
GOOD = CallFeedback(UUID, Decimal("4"), ("AUDIO_LAG",), "Call quality was good")
DROPPED = CallFeedback(UUID, Decimal("2.5"), ("ECHO", "CALL_DROPPED", "CALLERID_ISSUE"))


def post(plivo, vendor_server, name, feedback=GOOD):
    exchange = fixture("plivo", name)
    vendor_server.answer(exchange["status"], exchange["body"])
    return plivo.post_feedback(feedback)


def test_the_printed_request_gets_the_printed_answer(plivo, vendor_server):
    delivered = post(plivo, vendor_server, "feedback__201_posted")
    assert (delivered.status, delivered.words) == (201, "Feedback has been posted")
    assert (delivered.vendor_ref, delivered.note) == ("97ceeb52-58b6-11e1-86da-77300b68f8bb", "")
    (seen,) = vendor_server.received
    assert (seen["method"], seen["path"]) == ("POST", f"/v1/Call/{UUID}/Feedback/")
    assert seen["json"] == fixture("plivo", "feedback__201_posted")["request"]
    assert seen["headers"]["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("name", "error", "piece"),
    [
        ("401_authentication", Misconfigured, "key"),
        ("404_resource", Misconfigured, "address"),
        ("404_call_uuid", NotYet, "does not know this call"),
        ("405_method", Misconfigured, "address"),
        ("422_rating", Rejected, "1 to 5"),
        ("422_issues", Rejected, "issues"),
        ("422_issues_as_object", Rejected, "issues"),
        ("500_server", Uncertain, "500"),
    ],
)
def test_every_printed_error_has_its_own_outcome(plivo, vendor_server, name, error, piece):
    with pytest.raises(error) as failed:
        post(plivo, vendor_server, f"feedback__{name}")
    exchange = fixture("plivo", f"feedback__{name}")
    printed = exchange["body"]["error"]
    assert type(failed.value) is error and piece in failed.value.sentence
    assert failed.value.words == (printed if isinstance(printed, str) else printed["error"])
    assert failed.value.status == exchange["status"]


def test_a_call_plivo_does_not_know_yet_has_half_an_hour(plivo, vendor_server):
    with pytest.raises(NotYet) as unknown:
        post(plivo, vendor_server, "feedback__404_call_uuid")
    assert unknown.value.give_up_after == 1800


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (201, "<html>", Uncertain), (201, '{"message": "Feed', Uncertain), (201, None, Uncertain),
        (204, None, Uncertain), (403, {"error": "no"}, Misconfigured), (404, "<html>", Misconfigured),
        (400, {"error": "bad"}, Rejected), (409, None, Rejected), (429, None, RateLimited), (503, None, Uncertain),
    ],
)  # fmt: skip
def test_what_the_page_does_not_print_has_its_class_too(plivo, vendor_server, status, body, error):
    vendor_server.answer(status, body)
    with pytest.raises(error):
        plivo.post_feedback(GOOD)


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_of_three_statuses_with_a_body_is_delivered(plivo, vendor_server, status):
    vendor_server.answer(status, {"message": "ok"})
    assert plivo.post_feedback(GOOD).status == status


# --- The other spelling -----------------------------------------------------------------------


def test_a_422_about_issues_asks_for_the_other_spelling_once(connection, vendor_server):
    with pytest.raises(Relearn) as relearn:
        post(Client(connection), vendor_server, "feedback__422_issues", DROPPED)
    assert (relearn.value.learned, relearn.value.retry_after) == ({"spelling": "422"}, 0)
    assert vendor_server.received[0]["json"]["issues"] == ["ECHO", "CALL_DROPPED", "CALLERID_ISSUE"]

    connection.learned = relearn.value.learned
    with pytest.raises(Rejected) as refused:
        post(Client(connection), vendor_server, "feedback__422_issues", DROPPED)
    assert vendor_server.received[1]["json"]["issues"] == ["ECHO", "CALL_DROPPPED", "CALLERID_ISSUES"]
    assert refused.value.learned == {"spelling": ""}, "it was not the spelling: the next one starts afresh"


def test_a_remembered_spelling_is_used(connection, vendor_server):
    connection.learned = {"spelling": "422"}
    post(Client(connection), vendor_server, "feedback__201_posted", DROPPED)
    assert vendor_server.received[0]["json"]["issues"] == ["ECHO", "CALL_DROPPPED", "CALLERID_ISSUES"]


# --- The body ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rating", "sent"), [("5", 5), ("5.0", 5), ("4.5", 4.5), ("1", 1), ("4.00", 4), ("1E0", 1), ("4.9", 4.9)]
)
def test_a_rating_is_a_number_and_whole_where_it_can_be(rating, sent):
    body = feedback_body(CallFeedback(UUID, Decimal(rating), ("ECHO",)))
    assert body["rating"] == sent and type(body["rating"]) is type(sent)


@pytest.mark.parametrize("rating", ["0", "0.99", "5.01", "7", "-1", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_rating_out_of_range_is_refused_here(plivo, vendor_server, rating):
    with pytest.raises(Rejected) as refused:
        plivo.post_feedback(CallFeedback(UUID, Decimal(rating), ("ECHO",)))
    assert refused.value.param == "rating" and vendor_server.received == []


def test_at_five_issues_are_left_out_and_blank_notes_too():
    assert feedback_body(CallFeedback(UUID, Decimal(5), ("ECHO",), " \n")) == {"rating": 5}


def test_below_five_an_issue_is_needed():
    with pytest.raises(Rejected) as refused:
        feedback_body(CallFeedback(UUID, Decimal("4.9")))
    assert refused.value.param == "issues"


def test_both_spellings_come_in_and_one_goes_out():
    issues = ("CALL_DROPPPED", "callerid_issues", "CALL_DROPPED", " echo ")
    assert feedback_body(CallFeedback(UUID, Decimal(1), issues))["issues"] == ["CALL_DROPPED", "CALLERID_ISSUE", "ECHO"]


def test_an_issue_of_nobodys_is_refused(plivo, vendor_server):
    with pytest.raises(Rejected):
        plivo.post_feedback(CallFeedback(UUID, Decimal(1), ("NOISE",)))
    assert vendor_server.received == []


def test_there_are_eleven_issues_and_all_can_be_sent():
    assert len(ISSUES) == 11
    assert feedback_body(CallFeedback(UUID, Decimal(1), ISSUES))["issues"] == list(ISSUES)


@pytest.mark.parametrize("uuid", ["", "short", "../../Account", "a" * 65, "b38149eb b8fe", "b38149eb/x"])
def test_what_is_no_call_id_is_not_sent(plivo, vendor_server, uuid):
    with pytest.raises(Rejected):
        plivo.post_feedback(CallFeedback(uuid, Decimal(5)))
    assert vendor_server.received == []


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # one person to the eye, five characters
NORWAY, WAVE, ACCENT = "\U0001f1f3\U0001f1f4", "\U0001f44b\U0001f3fd", "e\u0301"


@pytest.mark.parametrize("last", [FAMILY, NORWAY, WAVE, ACCENT], ids=["family", "flag", "skin", "accent"])
@pytest.mark.parametrize("room", [1, 2, 3, 4])
def test_long_notes_are_cut_between_what_people_see(plivo, vendor_server, last, room):
    head = "x" * (NOTES_LIMIT - room)
    delivered = post(plivo, vendor_server, "feedback__201_posted", CallFeedback(UUID, Decimal(5), (), head + last * 9))
    sent = vendor_server.received[0]["json"]["notes"]
    assert len(sent) <= NOTES_LIMIT and sent.startswith(head)
    assert sent == head + last * (room // len(last))
    assert "cut to 2,000" in delivered.note


def test_notes_of_a_hundred_thousand_letters_with_nul_and_html_go_out_cut_and_clean(plivo, vendor_server):
    notes = "<b>\x00\ud800" + "y" * 100_000
    post(plivo, vendor_server, "feedback__201_posted", CallFeedback(UUID, Decimal(5), (), notes))
    assert vendor_server.received[0]["json"]["notes"] == "<b>" + "y" * (NOTES_LIMIT - 3)


@given(st.decimals(), st.lists(st.sampled_from(ISSUES) | st.text()), st.text())
@patient
def test_any_feedback_is_a_body_plivo_takes_or_refused(rating, issues, notes):
    try:
        body = feedback_body(CallFeedback(UUID, rating, tuple(issues), notes))
    except Rejected:
        return
    assert 1 <= body["rating"] <= 5
    assert ("issues" in body) == (body["rating"] < 5)
    assert set(body.get("issues", [])) <= set(ISSUES)


# --- The delivery and the test button ---------------------------------------------------------


def test_a_delivery_keeps_half_a_star(connection, vendor_server):
    payload = delivery.payload_of(CallFeedback(UUID, Decimal("4.5"), ("ECHO",), "hm"))
    assert payload == {"call_uuid": UUID, "rating": "4.5", "issues": ["ECHO"], "notes": "hm"}
    vendor_server.answer(201, {})
    delivery.deliver(connection, payload)
    assert vendor_server.received[0]["json"] == {"rating": 4.5, "issues": ["ECHO"], "notes": "hm"}


@pytest.mark.parametrize("payload", [{}, [], {"call_uuid": UUID, "rating": "four"}, {"call_uuid": UUID}])
def test_a_payload_that_cannot_be_read_is_refused(connection, payload):
    with pytest.raises(Rejected):
        delivery.deliver(connection, payload)


@pytest.mark.parametrize(
    ("status", "body", "ok"), [(200, {"objects": []}, True), (401, None, False), (404, None, False), (200, "<", False)]
)
def test_the_test_button_asks_for_one_call(connection, vendor_server, status, body, ok):
    vendor_server.answer(status, body)
    assert vendors.check(connection).ok is ok
    seen = vendor_server.received[0]
    assert (seen["path"], seen["query"]) == ("/v1/Account/MADEMO00000000000000/Call/", {"limit": "1"})
