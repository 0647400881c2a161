"""The whole call object: every key of the printed sample is kept, and shown or named with the reason why not."""

import copy
import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.ccai import details, reports, words
from integrations.ccai.details import NOT_SHOWN, of
from tests.integrations.anything import json_values, patient
from tests.integrations.vendor_server import fixture, fixtures

SAMPLE = fixture("ccai", "object__sample")["body"][0]
CREATED = fixture("ccai", "create_incoming__201_ticket")["body"]


def leaves(value, path=()):
    """Every leaf of a call object as its path; rows of a list count as one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value[:1]:
            yield from leaves(inner, (*path, 0))
    else:
        yield path


def name_of(path):
    return ".".join(str(part) for part in path if part != 0)


def changed(sample, path):
    """The object with another value at `path`, of the kind that stands there."""
    other = copy.deepcopy(sample)
    *before, last = path
    inner = other
    for part in before:
        inner = inner[part]
    inner[last] = _other(inner[last], last)
    return other


def _other(value, key):
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return "2019-01-02T03:04:05.678Z" if key.endswith("_at") or key == "casting_time" else "a_word_of_tomorrow"
    return 7 if value is None or isinstance(value, int) else None


PATHS = list(leaves(SAMPLE))


@pytest.mark.parametrize("path", PATHS, ids=map(name_of, PATHS))
def test_every_key_of_the_printed_sample_is_kept_and_shown_or_said_why_not(path):
    other = changed(SAMPLE, path)
    assert reports.call_report(other).raw == other, "kept as it came"
    shown = of(other) != of(SAMPLE)
    assert shown != (name_of(path) in NOT_SHOWN), "either shown or listed, never both"


def test_the_list_of_what_is_not_shown_holds_keys_of_the_sample_and_reasons():
    assert set(NOT_SHOWN) <= set(map(name_of, PATHS)) and all(NOT_SHOWN.values())
    assert len(PATHS) == 86


def test_what_only_the_printed_answers_have_is_shown_too():
    only_there = set(CREATED) - set(SAMPLE)
    assert only_there == {"deflection_details", "offer_type", "offer_events", "answer_type", "outbound_number"}
    for key in ("offer_type", "answer_type", "outbound_number"):
        assert of(CREATED | {key: "a_word_of_tomorrow"}) != of(CREATED)
    (offer,) = of(CREATED).offers
    assert offer.group == "Group 1" and offer.at.isoformat() == "2019-09-10T05:12:26+00:00"
    assert of(CREATED | {"deflection_details": [{"option": "voicemail", "at": 3}]}).deflection_details == (
        "option: voicemail, at: 3",
    )


@pytest.mark.parametrize("name", fixtures("ccai", "create") + fixtures("ccai", "object"))
def test_no_printed_answer_has_a_key_we_do_not_know(name):
    body = fixture("ccai", name)["body"]
    if isinstance(body, list) or (isinstance(body, dict) and "id" in body):
        assert of(body).unknown == ()


def test_what_ccai_adds_is_named_and_harms_nothing():
    told = of(SAMPLE | {"sentiment": {"score": 1}, "priority_level": None})
    assert told.unknown == ("priority_level", "sentiment")


# --- In plain words ------------------------------------------------------------------------------------


def test_an_incoming_call_reads_as_it_went():
    told = of(CREATED)
    assert (told.vendor_id, told.ticket_id, told.customer.contact_id) == ("519", "76517", "389391400633")
    assert (told.menu.name, told.menu.path, told.menu.kind) == ("Lock Star", "Lock Star", "Phone menu")
    assert told.menu.message == "You selected Lock Star."
    assert [label for label, _ in told.times] == ["Created", "In the queue"]
    (customer,) = told.participants
    assert (customer.part, customer.who, customer.status) == ("Customer", "75", "waiting")
    assert (told.agent, told.transfers, told.recording, told.rating) == (None, (), None, None)


def test_the_agent_lends_their_name_to_their_part():
    agent, customer = of(fixture("ccai", "create__201_ticket")["body"]).participants
    assert (agent.part, agent.who) == ("Agent", "Admin UJET") and customer.who == "67"


@pytest.mark.parametrize(
    ("given", "rating", "has_feedback"),
    [
        ({"rating": 0, "has_feedback": False}, None, False),
        ({"rating": 4, "has_feedback": False}, None, False),
        ({"rating": "4", "has_feedback": "true"}, 4, True),
        ({"rating": 0, "has_feedback": True}, 0, True),
        ({"rating": None, "has_feedback": True}, None, True),
        ({"rating": 5}, None, False),
    ],
)
def test_a_rating_without_feedback_is_none(given, rating, has_feedback):
    told = of({"id": 1} | given)
    assert (told.rating, told.has_feedback) == (rating, has_feedback)


@pytest.mark.parametrize(
    ("word", "who"),
    [
        ("disconnected_by_end_user", "The customer"),
        ("end_user", "The customer"),
        ("disconnected_by_agent", "The agent"),
        ("disconnected_by_virtual_agent", "The virtual agent"),
        ("disconnected_by_unknown", ""),
        ("disconnected_by_a_cat", "a_cat"),
        (None, ""),
    ],
)
def test_who_hung_up(word, who):
    assert of({"disconnected_by": word}).hung_up_by == who


def documented_reasons():
    """The codes of the facts: a word and its number, "eu_busy 21001"."""
    line = next(
        row for row in Path("docs/vendor-facts.md").read_text().splitlines() if row.startswith("- `fail_reason`")
    )
    return re.findall(r"\b([a-z_]+) (?:0|[1-9][0-9]{4})\b", line) + ["force_ended"]


def test_every_documented_reason_has_its_sentence():
    assert set(documented_reasons()) == set(words.FAIL_REASONS) and len(documented_reasons()) == 30
    sentences = [sentence for code, sentence in words.FAIL_REASONS.items() if code != "nothing"]
    assert len(set(sentences)) == len(sentences) and all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize(
    ("code", "shown"), [("nothing", ""), ("eu_busy", "The line was busy."), ("eu_moon", "eu_moon"), (None, "")]
)
def test_a_reason_in_no_table_is_shown_as_it_is(code, shown):
    assert of({"fail_reason": code}).fail_reason == shown


@pytest.mark.parametrize(
    ("key", "word", "shown"),
    [
        ("deflection", "n_deflection", ""),
        ("deflection", "temp_redirection_queue", "Sent to another queue for now"),
        ("recording_permission", "recording_permission_granted", "Granted"),
        ("recording_permission", "not_asked", "Not asked"),
        ("voicemail_reason", "not_voicemail", ""),
    ],
)
def test_words_with_a_prefix_or_a_misprint(key, word, shown):
    assert getattr(of({key: word}), key) == shown


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "string", "http://["])
def test_only_a_web_address_becomes_a_link(address):
    told = of({"recording_url": address, "photos": [{"url": address}], "out_ticket_url": address})
    for one in (told.recording, told.photos[0], told.ticket):
        assert (one.url, one.text) == ("", address)
    assert of({"recording_url": "https://files.example/a.mp3"}).recording.url == "https://files.example/a.mp3"


def test_a_transfer_names_both_ends():
    row = SAMPLE["transfers"][0] | {"from_agent": {"id": 1, "first_name": "Ada", "last_name": "A"}, "to_agent": None}
    (transfer,) = of(SAMPLE | {"transfers": [row]}).transfers
    assert (transfer.status, transfer.from_agent.name, transfer.to_agent) == ("transferring", "Ada A", None)


# --- Whatever comes ----------------------------------------------------------------------------------------

likely = st.dictionaries(st.sampled_from(sorted({*SAMPLE, *CREATED})), json_values, max_size=12)


@given(st.one_of(json_values, likely, st.lists(likely, max_size=2)))
@patient
def test_nothing_that_json_can_hold_makes_it_raise(raw):
    told = of(raw)
    assert isinstance(told, details.CallDetails)
    assert {field.name for field in fields(told)} >= {"times", "participants", "rating"}
