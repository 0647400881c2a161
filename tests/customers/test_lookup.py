"""A look-up at Trestle: its answer kept whole, its facts on the number; against the sandbox."""

import pytest

from accounts.models import AuditEntry
from customers.services import look_up, type_response_id
from integrations.errors import Misconfigured, RateLimited, Uncertain
from integrations.models import Connection
from tests.world import fiction, make_number

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_answer_is_kept_with_its_response_id(world, sandbox):
    number = make_number(fiction(30))
    lookup = look_up(number, world.agent)
    assert lookup.response_id.startswith("T_") and lookup.raw
    assert number.activity_score is not None and number.line_type and number.looked_up_at
    assert AuditEntry.objects.get().actor == world.agent
    assert Connection.objects.of("trestle").last_ok_at, "the admin sees that it works"


def test_an_answer_without_a_response_id_invents_none(world, sandbox):
    assert look_up(make_number(fiction(99)), world.agent).response_id == ""


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, {"error": "Forbidden"}, Misconfigured),
        (429, {"error": "Too Many Requests"}, RateLimited),
        (500, {"error": "Internal"}, Uncertain),
    ],
)
def test_a_failed_look_up_keeps_nothing_and_says_how_it_failed(world, sandbox, status, body, error):
    number = make_number(fiction(30))
    sandbox.answer("trestle", status=status, body=body)
    with pytest.raises(error):
        look_up(number, world.agent)
    number.refresh_from_db()
    assert not number.lookups.exists() and number.looked_up_at is None


def test_a_response_id_may_be_typed_in(world):
    number = make_number(fiction(30))
    kept = type_response_id(number, " T_b0a9a9a9-1234-4cde-8f00-abcdef012345 ", world.agent)
    assert kept.response_id == "T_b0a9a9a9-1234-4cde-8f00-abcdef012345" and kept.typed_by == world.agent


@pytest.mark.parametrize(
    "text", ["", "T_", "b0a9a9a9-1234-4cde-8f00-abcdef012345", "T_käse", "T_" + "g" * 36, "T_" + "a" * 37]
)
def test_a_typed_response_id_that_is_none_is_refused(world, text):
    number = make_number(fiction(30))
    with pytest.raises(ValueError, match="looks like T_"):
        type_response_id(number, text, world.agent)
    assert not number.lookups.exists()
