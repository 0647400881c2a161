"""The truth mapper, line by line of its table."""

import pytest

from feedback.choices import Outcome, PhoneStatus
from feedback.truth import verdict

CONNECTED, DISCONNECTED = PhoneStatus.CONNECTED, PhoneStatus.DISCONNECTED
PEOPLE = [Outcome.REACHED, Outcome.NOT_INTERESTED, Outcome.CALLBACK, Outcome.WRONG_PARTY, Outcome.DO_NOT_CALL]
LINES = {
    "answered": {"hangup_code": "4000", "answered": True},
    "dead": {"hangup_code": "3050"},
    "rang": {"hangup_code": "3000"},
    "silent": {},
    "doubt": {"fail_reason": "eu_wrong_number"},
}
TABLE = [
    *((o, "answered", CONNECTED, False) for o in PEOPLE),
    *((o, "dead", None, True) for o in PEOPLE),
    *((o, "rang", CONNECTED, False) for o in PEOPLE),
    *((o, "silent", CONNECTED, False) for o in PEOPLE),
    (Outcome.VOICEMAIL, "answered", CONNECTED, False),
    (Outcome.VOICEMAIL, "dead", None, True),
    (Outcome.VOICEMAIL, "rang", CONNECTED, False),
    (Outcome.VOICEMAIL, "silent", CONNECTED, False),
    (Outcome.DISCONNECTED_NUMBER, "answered", None, True),
    (Outcome.DISCONNECTED_NUMBER, "dead", DISCONNECTED, False),
    (Outcome.DISCONNECTED_NUMBER, "rang", None, True),
    (Outcome.DISCONNECTED_NUMBER, "silent", DISCONNECTED, False),
    (Outcome.FAILED, "answered", CONNECTED, False),
    (Outcome.FAILED, "dead", DISCONNECTED, False),
    (Outcome.FAILED, "rang", None, False),
    (Outcome.FAILED, "silent", None, False),
    (Outcome.FAILED, "doubt", None, True),
    *((o, line, None, False) for o in (Outcome.NO_ANSWER, Outcome.BUSY) for line in LINES),
]


@pytest.mark.parametrize(("outcome", "line", "status", "ask"), TABLE)
def test_every_line_of_the_table(outcome, line, status, ask):
    said = verdict(outcome, **LINES[line])
    assert (said.phone_status, said.ask) == (status, ask)
    assert said.why


@pytest.mark.parametrize("code", ["2000", "2010", "3050", "3120"])
def test_the_carriers_codes_of_a_dead_number(code):
    assert verdict("failed", hangup_code=code).phone_status == DISCONNECTED


@pytest.mark.parametrize("code", ["1000", "2030", "3070", "3130", "5000", "7011", "9100", "0", "77777"])
def test_codes_about_the_way_there_say_nothing_about_the_number(code):
    assert verdict("failed", hangup_code=code).phone_status is None


@pytest.mark.parametrize("cause", ["Unallocated number", "UNALLOCATED_NUMBER", "unallocated-number"])
def test_a_cause_in_words_counts_where_the_code_is_missing(cause):
    assert verdict("failed", hangup_cause=cause).phone_status == DISCONNECTED


def test_an_announcement_that_was_answered_is_no_proof_that_the_line_lives():
    assert verdict("failed", hangup_code="3050", answered=True).phone_status == DISCONNECTED


def test_busy_says_why_nothing_is_told():
    assert verdict("busy").why == "Busy: not feedback on a number"


def test_missing_facts_are_no_error():
    assert verdict("reached", None, None, None, None).phone_status == CONNECTED
