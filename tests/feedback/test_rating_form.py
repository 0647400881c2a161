"""The rules of a wrap-up: the page's and the API's form alike."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.models import Call
from feedback.choices import Issue
from feedback.forms import RatingForm, page_data

CONNECTED = Call(connected_at="2026-11-20T12:00:00Z")
UNANSWERED = Call(status="no_answer")


def form(call=CONNECTED, **fields):
    return RatingForm({"outcome": "reached", "right_party": True} | fields, call=call)


def problem(field, **fields):
    """The sentence beside a field."""
    tried = form(**fields)
    assert field in tried.errors, tried.errors
    return tried.errors[field][0]


@pytest.mark.parametrize(
    "quality", [0, "0", 0.99, 5.5, "5.1", -1, 1e400, "NaN", "inf", "-inf", "abc", True, "1,5", [4], {}]
)
def test_a_quality_outside_1_to_5_is_refused_with_a_sentence(quality):
    assert "1 to 5" in problem("quality", quality=quality, issues=["ECHO"])


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        (1, "1.0"),
        ("4", "4.0"),
        (4.9, "4.9"),
        (4.0000001, "4.0"),
        ("2.5", "2.5"),
        (4.99, "4.9"),
        (Decimal("3.25"), "3.3"),
    ],
)
def test_a_quality_keeps_one_decimal_and_what_is_below_five_stays_below(given_, kept):
    tried = form(quality=given_, issues=["ECHO"])
    assert tried.is_valid(), tried.errors
    assert tried.cleaned_data["quality"] == Decimal(kept)


def test_4_9_without_an_issue_is_asked_what_went_wrong():
    assert "at least one" in problem("issues", quality=4.9)


def test_at_five_stars_issues_are_ignored():
    tried = form(quality="5.0", issues=["ECHO"])
    assert tried.is_valid()
    assert tried.cleaned_data["issues"] == []


def test_an_unknown_issue_is_named():
    assert "HICCUP" in problem("issues", quality=4, issues=["HICCUP"])


def test_both_spellings_of_plivo_are_one_issue():
    tried = form(quality=4, issues=["CALLERID_ISSUES", "CALL_DROPPPED", "CALL_DROPPED", "CALLERID_ISSUE"])
    assert tried.is_valid()
    assert tried.cleaned_data["issues"] == [Issue.CALLERID_ISSUE, Issue.CALL_DROPPED]


def test_null_quality_is_not_rated():
    tried = form(quality=None)
    assert tried.is_valid()
    assert tried.cleaned_data["quality"] is None


def test_a_call_that_was_not_connected_has_no_quality():
    assert "not connected" in problem("quality", call=UNANSWERED, outcome="no_answer", quality=5)


def test_an_outcome_is_needed_and_known():
    assert problem("outcome", outcome="") == "Choose how the call went."
    assert "“gone”" in problem("outcome", outcome="gone")


def test_the_right_party_is_needed_when_a_person_was_reached():
    tried = RatingForm({"outcome": "callback"}, call=CONNECTED)
    assert "right person" in tried.errors["right_party"][0]


@pytest.mark.parametrize("answer", ["unknown", "Unknown"])
def test_not_sure_is_an_answer(answer):
    tried = form(right_party=answer)
    assert tried.is_valid()
    assert tried.cleaned_data["right_party"] is None


def test_an_explicit_null_says_not_known_and_a_missing_answer_does_not():
    assert RatingForm({"outcome": "reached", "right_party": None}, call=CONNECTED).is_valid()
    assert not RatingForm({"outcome": "reached"}, call=CONNECTED).is_valid()
    assert not RatingForm(QueryDict("outcome=reached&right_party="), call=CONNECTED).is_valid()


def test_wrong_person_says_it_itself():
    tried = RatingForm({"outcome": "wrong_party"}, call=CONNECTED)
    assert tried.is_valid()
    assert tried.cleaned_data["right_party"] is False
    assert "not the right person" in problem("right_party", outcome="wrong_party", right_party=True)


def test_voicemail_asks_nothing_more():
    tried = RatingForm({"outcome": "voicemail"}, call=CONNECTED)
    assert tried.is_valid()
    assert tried.cleaned_data["right_party"] is None


def test_a_dead_number_cannot_have_reached_the_right_person():
    assert "not in service" in problem("phone_status", phone_status="disconnected", right_party=True)
    assert "not in service" in problem("right_party", call=UNANSWERED, outcome="disconnected_number", right_party=True)


def test_disconnected_and_not_the_right_party_is_fine():
    assert RatingForm(
        {"outcome": "disconnected_number", "phone_status": "disconnected", "right_party": False}, call=UNANSWERED
    ).is_valid()


@pytest.mark.parametrize("status", ["gone", "Connected?", 5])
def test_an_unknown_phone_status_is_refused(status):
    assert "connected" in problem("phone_status", phone_status=status)


@pytest.mark.parametrize("flag", ["perhaps", 2, [], {"a": 1}])
def test_a_flag_is_true_false_or_absent(flag):
    assert problem("bad_actor", bad_actor=flag) == "A flag is true, false or left out."


def test_only_the_flags_given_are_kept():
    tried = form(bad_actor=False, verified_customer=True)
    assert tried.is_valid()
    assert tried.cleaned_data["flags"] == {"verified_customer": True, "bad_actor": False}


def test_notes_of_100_000_characters_are_kept_whole_and_one_more_is_refused():
    tried = form(notes="é" * 100_000)
    assert tried.is_valid()
    assert len(tried.cleaned_data["notes"]) == 100_000
    assert "100,001" in problem("notes", notes="x" * 100_001)


def test_notes_lose_nul_and_lone_surrogates_and_nothing_else():
    tried = form(notes="a\x00b\ud800c 👩‍👩‍👧 <b>bold</b> \u202eabc ")
    assert tried.is_valid()
    assert tried.cleaned_data["notes"] == "abc 👩‍👩‍👧 <b>bold</b> \u202eabc "


def test_a_feedback_request_is_read_part_by_part():
    wish = {"template": "t1\x00", "location": "7", "due": "2026-12-01T10:00:00+01:00", "suppress_message": True}
    tried = form(feedback_request=wish)
    assert tried.is_valid()
    assert tried.cleaned_data["feedback_request"] == {
        "template": "t1",
        "location": 7,
        "due": "2026-12-01T09:00:00+00:00",
        "suppress_message": True,
        "hand_over": False,
    }


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ("soon", "object"),
        ({"location": 7}, "template"),
        ({"template": "t1"}, "location"),
        ({"template": "t1", "location": True}, "location"),
        ({"template": "t1", "location": 7, "due": "tomorrow"}, "date and a clock time"),
        ({"template": "t1", "location": 7, "suppress_message": "no"}, "true or false"),
        ({"template": "t1", "location": 7, "colour": "red"}, "no “colour”"),
    ],
)
def test_a_feedback_request_that_cannot_be_read_is_refused_with_a_sentence(wish, says):
    assert says in problem("feedback_request", feedback_request=wish)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


# A busy machine draws slowly; that is no failure.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(RatingForm.base_fields)), ANYTHING))
def test_whatever_json_comes_the_form_says_yes_or_why_not(fields):
    tried = RatingForm(fields, call=CONNECTED)
    if tried.is_valid():
        quality = tried.cleaned_data["quality"]
        assert quality is None or 1 <= quality <= 5
        assert quality is None or quality == 5 or tried.cleaned_data["issues"]


def test_what_the_page_had_hidden_is_not_taken():
    post = QueryDict("outcome=no_answer&right_party=true&phone_status=disconnected&notes=x")
    assert page_data(post, UNANSWERED) == {"outcome": "no_answer", "quality": "", "notes": "x", "issues": []}


def test_only_flags_that_differ_from_the_calls_own_are_sent():
    call = Call(connected_at="2026-11-20T12:00:00Z", verified_customer=True, bad_actor=True)
    post = QueryDict("outcome=reached&flags_shown=1&flags=verified_customer&flags=repeat_customer")
    assert {
        n: v for n, v in page_data(post, call).items() if n in ("verified_customer", "bad_actor", "repeat_customer")
    } == {
        "bad_actor": False,
        "repeat_customer": True,
    }
