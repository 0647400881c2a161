"""The truth mapper, line by line of its table."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from calls.status import plivo
from customers import health
from customers.models import PhoneNumber
from feedback import lines, truth
from feedback.choices import Outcome, PhoneStatus
from feedback.truth import Line, verdict
from integrations.plivo.causes import CAUSES
from tests.feedback.rated import ended_call

CONNECTED, DISCONNECTED = PhoneStatus.CONNECTED, PhoneStatus.DISCONNECTED
PEOPLE = [Outcome.REACHED, Outcome.NOT_INTERESTED, Outcome.CALLBACK, Outcome.WRONG_PARTY, Outcome.DO_NOT_CALL]
LINES = {
    "answered": {"hangup_code": "4000", "answered": True},
    "dead": {"hangup_code": "3050"},
    "rang": {"hangup_code": "3000"},
    "silent": {},
    "doubt": {"fail_reason": "eu_wrong_number"},
    "not dialled": {"fail_reason": "agent_no_answer"},
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
    *((o, "not dialled", None, False) for o in Outcome if o not in (Outcome.NO_ANSWER, Outcome.BUSY)),
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


@pytest.mark.parametrize("word", ["busy", "no_answer", "timeout", "NO-ANSWER"])
def test_what_telesign_says_of_a_dial_that_was_not_answered_is_a_line_that_rang(word):
    assert truth.heard(fail_reason=word) is Line.RANG and truth.heard(fail_reason="invalid_number") is Line.SILENT


def test_a_call_of_which_only_the_agents_own_phone_failed_says_nothing_about_the_customers_number():
    for outcome in Outcome:
        said = verdict(outcome, fail_reason="agent_busy")
        assert (said.phone_status, said.ask) == (None, False) and said.why
    assert truth.heard(fail_reason="agent_busy", answered=True) is Line.ANSWERED


def test_the_table_that_is_shown_is_the_table_that_decides():
    for outcome, cells in truth.table():
        assert {line for line, _ in cells} == set(Line)
        for name, facts in LINES.items():
            assert dict(cells)[Line(name)] == verdict(outcome, **facts)


def test_every_code_and_word_stands_where_it_is_heard():
    placed = {(vendor, word): line for line, words in truth.sources() for vendor, word, _ in words if word}
    for code in CAUSES:
        assert placed["Plivo", code] is truth.heard(hangup_code=code)
    for vendor, words in (("CCAI", truth.RANG_REASONS | truth.DOUBT_REASONS), ("Plivo", plivo.REASONS)):
        for word in words:
            assert placed[vendor, word] is truth.heard(fail_reason=word) and placed[vendor, word] is not Line.SILENT


@pytest.mark.django_db
def test_admins_read_the_table_and_the_codes_in_words(as_admin, as_supervisor):
    page = as_admin.get(reverse("feedback:truth")).content.decode()
    for words in [one.label for one in Outcome] + [cause.name for cause in CAUSES.values()] + ["eu_wrong_number"]:
        assert escape(words) in page
    for _, cells in truth.table():
        for _, said in cells:
            assert escape(said.why) in page
    assert as_supervisor.get(reverse("feedback:truth")).status_code == 403


@pytest.mark.django_db
def test_what_the_line_said_is_written_onto_the_number_with_and_without_a_wrap_up(world):
    call = ended_call(world.agent, world.marta)
    call.hangup_code, call.connected_at = "3050", None
    call.save()
    lines.note(call)
    line = PhoneNumber.objects.get(pk=world.marta.phone_id)
    assert [(one["call"], one["line"]) for one in line.recent] == [(str(call.pk), "dead")]
    assert "The carrier said “not in service” today" in health.of(line).reasons
