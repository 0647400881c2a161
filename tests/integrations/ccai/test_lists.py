"""CCAI's Manager lists: calls by their last change, agents, and the test button."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import vendors
from integrations.ccai import reports
from integrations.errors import Misconfigured, Uncertain
from tests.integrations.anything import json_values, patient
from tests.integrations.vendor_server import fixture

KEYS = sorted(fixture("ccai", "create__201_number")["body"]) + ["updated_at", "queue_duration", "call_uuid"]
likely_rows = st.dictionaries(st.sampled_from(KEYS), json_values, max_size=8)


def test_calls_are_asked_for_by_their_last_change(ccai, vendor_server):
    vendor_server.answer(200, [{"id": 1, "updated_at": "2026-11-20T10:00:00.250Z"}], Link='<x?page=3>; rel="next"')
    found, more = ccai.calls_since("2026-11-20T09:59:55Z", page=2)
    assert ([report.vendor_id for report in found], more) == (["1"], True)
    assert found[0].at == datetime(2026, 11, 20, 10, 0, 0, 250000, UTC)
    (seen,) = vendor_server.received
    assert seen["path"] == "/manager/api/v1/calls"
    assert seen["query"] == {
        "updated_at[from]": "2026-11-20T09:59:55Z",
        "sort_column": "updated_at",
        "sort_direction": "ASC",
        "page": "2",
        "per": "100",
    }


def test_the_last_page_has_no_next(ccai, vendor_server):
    vendor_server.answer(200, [{"id": 1}], Link='<x?page=1>; rel="last"')
    assert ccai.calls_since("2026-11-20T09:59:55Z")[1] is False


@pytest.mark.parametrize(("rows", "more"), [(100, True), (99, False)])
def test_without_a_link_a_full_page_has_a_next(ccai, vendor_server, rows, more):
    vendor_server.answer(200, [{"id": number} for number in range(1, rows + 1)])
    assert ccai.calls_since("2026-11-20T09:59:55Z")[1] is more


def test_a_bad_row_is_set_aside_and_the_rest_go_on(ccai, vendor_server):
    vendor_server.answer(200, [None, {"id": 1}, {"status": "queued"}, [], "x", {"id": True}, {"id": 2, "status": 7}])
    found, _ = ccai.calls_since("2026-11-20T09:59:55Z")
    assert [(report.vendor_id, report.status) for report in found] == [("1", ""), ("2", "7")]


@pytest.mark.parametrize("body", ["<html>", None, {"calls": []}, "[{"])
def test_a_list_that_is_none_is_uncertain(ccai, vendor_server, body):
    vendor_server.answer(200, body)
    with pytest.raises(Uncertain):
        ccai.calls_since("2026-11-20T09:59:55Z")


def test_a_wrong_subdomain_is_for_an_admin(ccai, vendor_server):
    vendor_server.answer(404, {"message": "Resource not found"})
    with pytest.raises(Misconfigured, match="subdomain"):
        ccai.calls_since("2026-11-20T09:59:55Z")


def test_the_printed_object_is_read_whole():
    report = reports.call_report(fixture("ccai", "object__sample")["body"][0])
    stamp = datetime(2018, 6, 7, 19, 49, 52, 896000, UTC)
    assert (report.vendor_id, report.status, report.call_type) == ("0", "scheduled", "Voice Scheduled (API)")
    assert report.at == report.queued_at == report.connected_at == report.ended_at == stamp
    assert (report.wait_seconds, report.talk_seconds, report.hold_seconds) == (0, 0, 0)
    assert (report.agent_id, report.agent_name, report.out_contact_id) == ("0", "string", "string")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(0, 0), (63, 63), ("63", 63), (63.9, 63), (None, None), ("", None), (-1, None), ("1m", None), (True, None),
     (10**400, None), (1e300, None), ([], None)],
)  # fmt: skip
def test_durations_are_whole_seconds_or_unknown(value, seconds):
    assert reports.call_report({"id": 1, "call_duration": value}).talk_seconds == seconds


@pytest.mark.parametrize(
    ("word", "status"),
    [("Action Only", "action_only"), (" Voicemail  Received ", "voicemail_received"), ("va_assigned", "va_assigned"),
     ("brand_new", "brand_new"), (19, "19"), (None, ""), ({}, "")],
)  # fmt: skip
def test_a_status_is_changed_in_case_and_spaces_only(word, status):
    assert reports.call_report({"id": 1, "status": word}).status == status


def test_a_stamp_without_a_zone_is_read_in_the_connections():
    report = reports.call_report({"id": 1, "created_at": "2026-11-20T10:00:00"}, "Asia/Kolkata")
    assert report.created_at == datetime(2026, 11, 20, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2026-13-40T99:00Z", 5])
def test_a_stamp_that_is_no_time_is_unknown(stamp):
    assert reports.call_report({"id": 1, "created_at": stamp}).created_at is None


@given(json_values | likely_rows | st.builds(lambda row, id: row | {"id": id}, likely_rows, json_values))
@patient
def test_any_json_is_a_report_or_set_aside(row):
    for read in (reports.call_report, reports.agent_report):
        try:
            report = read(row)
        except ValueError:
            continue
        assert report.vendor_id and len(report.vendor_id) <= 64
    assert set(reports.flags(row).values()) <= {True, False, None}


def test_agents_are_read_to_the_last_page(ccai, vendor_server):
    vendor_server.answer(
        200,
        [{"id": 1, "email": "Ada@Demo.test", "first_name": "Ada", "last_name": "Lin", "status": {"name": "Available"}}],
        Link='<x?page=2>; rel="next"',
    ).answer(200, [{"id": "2", "email": None, "status": "Meal"}, {"email": "nobody"}])
    ada, other = ccai.agents()
    assert (ada.vendor_id, ada.email, ada.name, ada.availability) == ("1", "ada@demo.test", "Ada Lin", "Available")
    assert (other.vendor_id, other.email, other.availability) == ("2", "", "Meal")
    assert [seen["query"]["page"] for seen in vendor_server.received] == ["1", "2"]


def test_a_list_of_agents_without_an_end_ends(ccai, vendor_server, monkeypatch, settings):
    settings.VENDOR_RATES = {}
    vendor_server.answer(200, [{"id": 1}], Link='<x>; rel="next"')
    assert len(ccai.agents()) == 20


@pytest.mark.parametrize(
    ("status", "body", "ok", "piece"),
    [
        (200, {"name": "Demo"}, True, "accepts the token"),
        (401, {"message": "Unauthorized"}, False, "does not accept our key"),
        (404, None, False, "subdomain"),
        (200, "<html>", False, "not in the promised form"),
        (503, None, False, "error of its own"),
    ],
)
def test_the_test_button_says_it_in_words(connection, vendor_server, status, body, ok, piece):
    vendor_server.answer(status, body)
    check = vendors.check(connection)
    assert check.ok is ok and piece in check.sentence
    assert vendor_server.received[0]["path"] == "/manager/api/v1/settings/organization"
