"""The sandbox's do-not-call list: the printed rows, and what is on it is not dialled."""

from datetime import UTC, datetime

import pytest
import requests

from integrations.sandbox import server
from tests.integrations.sandbox.conftest import CCAI
from tests.integrations.sandbox.test_ccai_create import INCOMING, SCHEDULED, refusal
from tests.integrations.vendor_server import fixture

EXCHANGE = fixture("ccai", "dnc__200_each_row_its_status")
NUMBER = "+12125550130"


def ask(running, method, path, **what):
    url = f"{running.url}/ccai/apps/api/v1/outbound_dialer/dnc{path}"
    return requests.request(method, url, auth=CCAI, timeout=5, **what)


@pytest.fixture
def dnc(sandbox):
    return lambda method, path="", **what: ask(sandbox, method, path, **what)


def test_the_printed_request_has_the_printed_answer(listener):
    then = datetime(2022, 10, 28, tzinfo=UTC)  # between the two ends that the page prints
    with server.start(clock=lambda: then, env={"PUBLIC_URL": listener.url}) as running:
        known = [contact for contact in EXCHANGE["request"]["contacts"] if "415" in contact["phone_number"]]
        ask(running, "POST", "", json={"contacts": known})
        answer = ask(running, "POST", "", json=EXCHANGE["request"])
    assert (answer.status_code, answer.json()) == (200, EXCHANGE["body"])


def test_what_is_listed_is_not_dialled_until_its_end(place, dnc, sandbox):
    dnc("POST", json={"contacts": [{"phone_number": NUMBER, "expires_at": "2026-11-20 13:00:00 UTC"}]})
    for how in ({}, SCHEDULED):
        assert "Do Not Call" in refusal(place(NUMBER, **how))
    assert place(NUMBER, **INCOMING).status_code == 201, "the page names outbound and scheduled calls only"
    assert dnc("GET", "/check", params={"phone_number": NUMBER}).json()["exists"] is True
    sandbox.advance(3600)
    assert place(NUMBER).status_code == 201
    assert dnc("GET", "/check", params={"phone_number": NUMBER}).json()["exists"] is False


def test_a_number_taken_off_is_dialled_again(place, dnc):
    dnc("POST", json={"contacts": [{"phone_number": NUMBER}]})
    answer = dnc("POST", "/remove", json={"phone_numbers": [NUMBER, "+12125550131"]})
    assert [row["status"] for row in answer.json()] == ["removed", "failed"]
    assert place(NUMBER).status_code == 201


@pytest.mark.parametrize("body", [None, [], {}, {"contacts": "all"}, {"contacts": [1]}])
def test_a_body_without_contacts_is_refused(dnc, body):
    assert dnc("POST", json=body).status_code == 400
