"""Hangup codes in words: the closed list of the vendor's page, each with what it means for people."""

import re
from pathlib import Path

import pytest

from integrations.plivo import causes


def printed():
    """{code: name} of the list in docs/vendor-facts.md; ranges and several under one name are told apart."""
    text = Path("docs/vendor-facts.md").read_text().split("### Hangup codes")[1].split("Sources:")[0]
    return dict(re.findall(r"\b(\d{1,4}) ([A-Z][A-Za-z ]+[A-Za-z])", text))


def test_every_code_of_the_page_has_its_name_and_a_sentence():
    for code, name in printed().items():
        if not code.startswith(("7", "8")):
            assert causes.CAUSES[code].name.lower() == name.strip().lower(), code
    assert len(causes.CAUSES) == 53
    assert all(cause.means.endswith(".") for cause in causes.CAUSES.values())


@pytest.mark.parametrize("code", ["7011", "7012", "7013", "7014", "7022", "7024", "7032", "7034", "8011", "8014"])
def test_the_codes_of_our_own_faults_send_people_to_an_admin(code):
    assert "admin" in causes.means(code)


@pytest.mark.parametrize(("code", "name"), [("1234", ""), ("", ""), ("nonsense", "WHO_KNOWS"), (None, None)])
def test_a_code_nobody_listed_has_no_sentence_of_ours(code, name):
    assert causes.means(code, name) == "" and causes.word_of(code, name) == "hangup"


@pytest.mark.parametrize(
    ("code", "name", "word"),
    [("3010", "", "busy"), ("3100", "", "busy"), ("3000", "", "no_answer"), ("6010", "", "no_answer"),
     ("1000", "", "cancel"), ("3050", "", "failed"), ("4000", "", "hangup"), ("", "USER_BUSY", "busy"),
     ("", "no_answer", "no_answer"), ("", "NORMAL_CLEARING", "hangup")],
)  # fmt: skip
def test_a_cause_says_how_a_leg_that_was_not_answered_ended(code, name, word):
    assert causes.word_of(code, name) == word
    assert causes.word_of(code, name, answered=True) == "completed"
