"""The status as a function of the set of words seen: C1 to C5 of the state machine."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.choices import CallStatus
from calls.status import derive, normal
from calls.status.ccai import OUTCOME, PROGRESS

PAGE = {
    "Selecting": "queued",
    "Queued": "queued",
    "Assigned": "ringing",
    "Connecting": "ringing",
    "Connected": "in_progress",
    "Finished": "completed",
    "Failed": "failed",
    "Switching": "ringing",
    "Recovered": "completed",
    "Scheduled": "scheduled",
    "Action Only": "in_progress",
    "Action Only Finished": "completed",
    "Deflected": "deflected",
    "Voicemail": "voicemail",
    "Voicemail Received": "voicemail",
    "Voicemail Read": "voicemail",
}
NEWER = {
    "va_assigned": "queued",
    "va_connected": "in_progress",
    "preview_pending": "scheduled",
    "preview_ready": "scheduled",
    "campaign_connecting": "ringing",
    "campaign_connected": "in_progress",
    "19": "queued",
}
REASONS = ["", "nothing", "unknown", "eu_busy", "eu_no_answer", "eu_wrong_number", "ag_canceled", "brand_new_reason"]
words = st.sampled_from([*PROGRESS, *OUTCOME, "hologram_connected", "", "🙂", "Failed "])
reports = st.lists(st.tuples(words, st.sampled_from(REASONS)), max_size=12)


@pytest.mark.parametrize(("word", "status"), [*PAGE.items(), *NEWER.items()])
def test_every_word_of_the_page_has_its_status(word, status):
    assert derive([(word, "")]).status == status
    assert derive([(normal(word), "nothing")]).status == status


def test_the_page_has_sixteen_words():
    assert len(PAGE) == 16 and {normal(word) for word in PAGE} <= set(PROGRESS) | set(OUTCOME)


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("eu_busy", "busy"),
        ("eu_no_answer", "no_answer"),
        ("eu_canceled", "cancelled"),
        ("eu_abandoned", "cancelled"),
        ("ag_canceled", "cancelled"),
        ("eu_wrong_number", "failed"),
        ("ag_ignored", "failed"),
        ("voip_conn_timeout", "failed"),
        ("", "failed"),
        ("never_heard_of", "failed"),
    ],
)
def test_a_failed_call_is_named_by_its_reason(reason, status):
    assert derive([("connecting", ""), ("failed", reason)]).status == status


@given(reports, st.randoms())
def test_order_and_repeats_change_nothing(seen, random):
    shuffled = seen + [random.choice(seen) for _ in range(3) if seen]
    random.shuffle(shuffled)
    assert derive(shuffled) == derive(seen)


@given(reports, reports)
def test_more_reports_never_lower_anything_and_an_ended_call_never_unends(seen, more):
    before, after = derive(seen), derive(seen + more)
    assert after.progress >= before.progress and after.outcome >= before.outcome
    assert not (before.status and before.status.is_final) or after.status.is_final
    assert not (before.status and before.status.can_be_wrapped_up) or after.status.can_be_wrapped_up


@given(st.text(max_size=40), reports)
def test_an_unknown_word_never_raises_and_never_moves_a_call(word, seen):
    if normal(word) in {*PROGRESS, *OUTCOME}:
        return
    assert derive([*seen, (word, "")]).status == derive(seen).status


@pytest.mark.parametrize(
    ("first", "then", "status"),
    [
        ("failed", "recovered", CallStatus.COMPLETED),
        ("deflected", "voicemail", CallStatus.VOICEMAIL),
        ("voicemail", "voicemail_received", CallStatus.VOICEMAIL),
        ("voicemail_received", "voicemail_read", CallStatus.VOICEMAIL),
        ("connected", "failed", CallStatus.FAILED),
        ("finished", "connected", CallStatus.COMPLETED),
        ("switching", "connected", CallStatus.IN_PROGRESS),
        ("action_only", "action_only_finished", CallStatus.COMPLETED),
    ],
)
def test_forward_moves(first, then, status):
    assert derive([(first, ""), (then, "")]).status == status


def test_an_odd_word_is_kept_and_alone_says_nothing():
    derived = derive([("Hologram Connected", "")])
    assert derived.status is None and derived.odd == {"hologram_connected"}


def test_the_table_in_the_docstring_is_the_table_in_the_code():
    text = Path("calls/status/ccai.py").read_text().split('"""')[1]
    for word in [*PROGRESS, *OUTCOME]:
        assert re.search(rf"\b{word}\b", text), word
