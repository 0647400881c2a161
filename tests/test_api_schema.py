"""The API keeps to its own schema, whatever is sent: no 5xx, no status and no shape that is not documented."""

import json
from contextlib import contextmanager
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.choices import Scope
from accounts.models import ApiToken
from config.wsgi import application
from tests.doors import Rows

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
FEW, MANY = 10, 1000  # cases of each operation in each mode: two hundred in all, and twenty thousand to soak
# 406 and 500 are of HTTP itself and of our own faults; a schema that promised them would promise nothing.


@pytest.fixture
def rows(world, sandbox, settings, monkeypatch):
    settings.ALLOW_HTTP_IN_TRANSACTION = True  # each case is undone by a transaction round it
    monkeypatch.setattr("accounts.api.TokenThrottle.THROTTLE_RATES", {"token": "1000000/min"})
    return Rows(world)


@contextmanager
def connection_left_open():
    """A request closes connections at its ends; this test's transaction lives on it, as with Django's own client."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in ends:
            signal.connect(close_old_connections)


@cache
def document():
    return json.loads(Client().get("/api/v1/schema/?format=json").content)


@cache
def operations():
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application
    return {f"{one.method.upper()} {one.path}": one for one in (found.ok() for found in schema.get_all_operations())}


NAMES = [
    "GET /api/v1/accounts/",
    "POST /api/v1/accounts/",
    "GET /api/v1/accounts/{id}/",
    "PATCH /api/v1/accounts/{id}/",
    "DELETE /api/v1/accounts/{id}/",
    "GET /api/v1/customers/",
    "POST /api/v1/customers/",
    "GET /api/v1/customers/{id}/",
    "PATCH /api/v1/customers/{id}/",
    "DELETE /api/v1/customers/{id}/",
    "GET /api/v1/locations/",
    "POST /api/v1/locations/",
    "GET /api/v1/locations/{id}/",
    "PATCH /api/v1/locations/{id}/",
    "DELETE /api/v1/locations/{id}/",
    "GET /api/v1/callbacks/",
    "GET /api/v1/callbacks/{id}/",
    "POST /api/v1/callbacks/{id}/cancel/",
    "GET /api/v1/calls/",
    "POST /api/v1/calls/",
    "GET /api/v1/calls/{id}/",
    "GET /api/v1/calls/{id}/deliveries/",
    "GET /api/v1/calls/{id}/rating/",
    "PUT /api/v1/calls/{id}/rating/",
    "GET /api/v1/deliveries/",
    "GET /api/v1/deliveries/{id}/",
    "POST /api/v1/deliveries/{id}/retry/",
    "GET /api/v1/do-not-call/",
    "POST /api/v1/do-not-call/",
    "POST /api/v1/do-not-call/{id}/removal/",
    "GET /api/v1/cases/",
    "GET /api/v1/cases/{id}/",
    "GET /api/v1/cases/{id}/notes/",
    "POST /api/v1/cases/{id}/notes/",
    "PUT /api/v1/cases/{id}/owner/",
    "PUT /api/v1/cases/{id}/stage/",
    "GET /api/v1/feedback-requests/",
    "POST /api/v1/feedback-requests/",
    "GET /api/v1/feedback-requests/{id}/",
    "POST /api/v1/feedback-requests/{id}/cancel/",
    "GET /api/v1/feedback/",
    "GET /api/v1/feedback/{id}/",
    "PUT /api/v1/feedback/{id}/handled/",
    "DELETE /api/v1/feedback/{id}/handled/",
    "GET /api/v1/metrics/overview/",
    "GET /api/v1/reviews/",
    "GET /api/v1/reviews/{id}/",
    "PUT /api/v1/reviews/{id}/handled/",
    "DELETE /api/v1/reviews/{id}/handled/",
    "PUT /api/v1/reviews/{id}/reply/",
    "DELETE /api/v1/reviews/{id}/reply/",
    "GET /api/v1/users/",
    "GET /api/v1/users/{id}/",
]


def test_every_operation_is_tried(db):
    assert sorted(operations()) == sorted(NAMES)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", NAMES)
def test_what_the_schema_allows_and_what_it_forbids_is_answered_as_documented(rows, name, mode):
    keeps_to_the_schema(rows, name, mode, FEW)


@pytest.mark.soak
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_for_thousands(rows, name, mode):
    keeps_to_the_schema(rows, name, mode, MANY)


def keeps_to_the_schema(rows, name, mode, cases):
    operation = operations()[name]
    _, secret = ApiToken.objects.issue(rows.world.admin, "schema", Scope.WRITE)
    calls = [call.pk for call in (rows.unrated, rows.rated, rows.by_ticket)]
    others = {"/accounts/": rows.world.northwind, "/customers/": rows.world.marta, "/locations/": rows.world.riverside}
    others |= {"/deliveries/{id}": rows.delivery, "/reviews/{id}": rows.review, "/feedback/{id}": rows.answer}
    others |= {"/cases/": rows.case}
    other = next((row.pk for part, row in others.items() if part in name), None)
    known = st.sampled_from([other] if other else calls)

    @tries(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), known=st.none() | known)
    def ask(case, known):
        if known and "{id}" in name:
            case.path_parameters = {"id": known}  # else nearly every answer is a 404
        with transaction.atomic():
            case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)
            transaction.set_rollback(True)

    with connection_left_open():
        ask()


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_documents_the_errors_of_the_contract_as_one_object(db, name):
    method, path = name.split()
    answers = document()["paths"][path][method.lower()]["responses"]
    wanted = {"401", "429"} | ({"404"} if "{id}" in path else set()) | ({"403", "409"} if method != "GET" else set())
    wanted |= {"400", "422"} if name in ("POST /api/v1/calls/", "PUT /api/v1/calls/{id}/rating/") else set()
    assert wanted <= set(answers)
    for code, answer in answers.items():
        shape = answer["content"]["application/json"]["schema"]
        assert (shape == {"$ref": "#/components/schemas/Error"}) == (code >= "400")
