"""Who gets in where: every address, every role, every method, as `doors.txt` says; and no GET writes anything."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.doors import ROLES, Rows, addresses, is_api, table

# The one thing each of these may write on a GET, with its reason.
MAY_WRITE = {
    "accounts_apitoken": "when a token was last used, once a minute",
    "cache": "the count of a token's requests, and a list of menus read for a form",
    "integrations_connection": "the vendor's tokens spent on a list of menus that nobody has read yet",
    "usersessions_usersession": "a list of sign-ins forgets those that have ended",
}
# allauth's: the one shows its page whatever the method, the other takes a PUT for a POST (and asks for its CSRF token).
ANY_METHOD = {"account_reset_password_from_key", "usersessions_list"}
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
ADMIN = "admin/"


def ours():
    """{name: route} of all addresses but Django's admin, which has a rule of its own."""
    return {name: route for name, route in addresses() if not route.startswith(ADMIN)}


def said(response):
    if response.status_code not in (301, 302, 303):
        return str(response.status_code)
    return "in" if response["Location"].startswith("/accounts/login/") else "go"


def ask(client, method, path, program=False):
    """(what was said, tables written); whatever the request did is undone, the browser's cookies too."""
    cookies = client.cookies.copy()
    body = {"data": "{}", "content_type": "application/json"} if program else {"data": {"nothing": "said"}}
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = getattr(client, method.lower())(path, **({} if method == "GET" else body))
        transaction.set_rollback(True)
    client.cookies = cookies
    return said(response), written(queries)


def written(queries):
    """The tables that these queries write."""
    statements = [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
    return {sql.split('"')[1] for sql in statements}


@pytest.fixture
def rows(world, sandbox, settings, monkeypatch):
    monkeypatch.setattr("accounts.sessions.NOTE_EVERY", 3600)  # the walk takes minutes, and no page writes its touches
    settings.ALLOW_HTTP_IN_TRANSACTION = True  # each request is undone by a transaction round it
    settings.PUBLIC_URL = "http://testserver"
    return Rows(world)


def test_every_address_stands_in_the_table():
    names = set(ours())
    assert names == {name for name, _ in table()}
    assert {name for name, method in table() if method == "GET"} == names
    assert {name for name, method in table() if method == "POST"} == names
    assert all(len(said) == len(ROLES) for said in table().values())


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_each_role_gets_what_the_table_says(rows, method):
    clients, routes, wrong = rows.clients(), ours(), []
    for (name, asked), expected in table().items():
        if asked != method:
            continue
        path = rows.path(name, routes[name])
        for role, wanted in zip(ROLES, expected, strict=True):
            got, tables = ask(clients[role][is_api(name)], method, path, is_api(name))
            if got != wanted:
                wrong.append(f"{method} {path} ({name}) as {role}: {got}, the table says {wanted}")
            if method == "GET" and tables - set(MAY_WRITE):
                wrong.append(f"GET {path} ({name}) as {role} writes {sorted(tables - set(MAY_WRITE))}")
            is_refused = got in ("in", "401", "403", "404") and name != "account_logout"
            if is_refused and tables - set(MAY_WRITE):
                wrong.append(f"{method} {path} ({name}) as {role} is refused and yet writes {sorted(tables)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_methods_that_are_not_in_the_table_do_nothing(rows, method):
    """As the admin, who gets furthest."""
    clients, known, wrong = rows.clients(), table(), []
    for name, route in ours().items():
        if (name, method) in known or name in ANY_METHOD:
            continue
        got, tables = ask(clients["admin"][is_api(name)], method, rows.path(name, route), is_api(name))
        if got.startswith(("2", "5")) or tables - set(MAY_WRITE):
            wrong.append(f"{method} {name}: {got}, writes {sorted(tables)}")
    assert not wrong, "\n".join(wrong)


def test_the_records_admin_opens_to_nobody_but_its_operator(rows):
    clients, wrong = rows.clients(), []
    for name, route in addresses():
        if not route.startswith(ADMIN):
            continue
        path = rows.path(name, route)
        for role in ("nobody", "gone", "agent", "supervisor", "admin"):
            got, tables = ask(clients[role][0], "GET", path)
            if got.startswith("2") or tables:
                wrong.append(f"{path} as {role}: {got}, writes {sorted(tables)}")
        got, tables = ask(clients["operator"][0], "GET", path)
        if got.startswith("5") or (got == "in" and name != "admin:login") or tables:
            wrong.append(f"{path} as operator: {got}, writes {sorted(tables)}")
    assert not wrong, "\n".join(wrong)


def test_the_queue_is_not_written_through_the_records_admin(rows):
    assert not [route for _, route in addresses() if route.startswith("admin/django_q")]
