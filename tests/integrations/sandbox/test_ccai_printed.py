"""Every answer CCAI's page prints for incoming and scheduled calls, earned by a request like the printed one.

Several printed refusals stand under a request that would be taken (docs/vendor-facts.md 6.1-12); what is
changed about it to earn the refusal stands here beside the fixture's name.
"""

from datetime import UTC, datetime

import pytest
import requests

from integrations.sandbox import server
from tests.integrations.sandbox.conftest import CCAI
from tests.integrations.vendor_server import fixture, fixtures

BEFORE = datetime(2019, 9, 10, tzinfo=UTC)  # the printed times lie ahead of it
EARNED_BY = {
    "create_incoming__400_menu_after_hours": {"menu_id": 10},
    "create_incoming__400_menu_redirected": {"menu_id": 11},
    "create_scheduled__400_menu_after_hours": {"menu_id": 21},
    "create_scheduled__400_menu_redirected": {"menu_id": 22},
}
PRINTED = fixtures("ccai", "create_incoming__") + fixtures("ccai", "create_scheduled__")
# Ids and moments are the sandbox's own; who was called is told as printed.
OWN = {"id", "created_at", "queued_at", "participants", "offer_events", "call_id", "out_ticket_id"}


@pytest.fixture
def then(listener):
    with server.start(clock=lambda: BEFORE, env={"PUBLIC_URL": listener.url}) as running:
        yield running


def ask(then, body):
    return requests.post(f"{then.url}/ccai/apps/api/v1/calls", json=body, auth=CCAI, timeout=5)


@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_request_has_its_printed_answer(then, name):
    exchange = fixture("ccai", name)
    answer = ask(then, exchange["request"] | EARNED_BY.get(name, {}))
    assert answer.status_code == exchange["status"]
    shown, printed = answer.json(), exchange["body"]
    # The page's answer to a call scheduled by another's id does not show that id, ours does.
    assert set(shown) - {"parent_id"} == set(printed)
    for key in set(printed) - OWN:
        assert shown[key] == printed[key], key


def test_all_of_them_are_there():
    assert len(PRINTED) == 13 + 14
