"""Nonsense in every field of every form and every address: a sentence or a page, never a 500, nothing typed lost.

What each form refuses and in which words stands in its own room's tests; this is the net under them.
"""

import re
from urllib.parse import quote_plus

import pytest
from django.db import transaction

from tests.doors import ROLES, Rows, addresses, is_api, table

pytestmark = pytest.mark.django_db

# As they go over the wire, percent-encoded: half an emoji cannot be written otherwise.
NONSENSE = {
    "NUL inside": "a%00b",
    "half an emoji": "%ED%A0%80",
    "a number past every integer": "9" * 40,
    "not a number": "NaN",
    "other digits": quote_plus("٣²"),
    "HTML": quote_plus("\"'><script>alert(1)</script>"),
    "long": "x" * 3000,
    "a separator": "%1f1",
    "a NUL before a separator": "%00%1f1",
    "a cursor": quote_plus("o~9999-12-31T23:59:59+00:00~1"),
    "a cursor at the edge of time": quote_plus("o~0001-01-01T00:00:00+23:59~1"),
}
# What views read themselves, beside the fields their pages show.
READ_BY_VIEWS = {"cursor", "after", "seen", "without", "reason", "then", "next", "based_on", "form_key", "record"}
READ_BY_VIEWS |= {"response_id", "theme", "customer", "q"}
ADMIN = ROLES.index("admin")
PLAUSIBLE = {"outcome": "reached", "quality": "5", "right_party": "true", "flags_shown": "1", "reason": "asked to"}


@pytest.fixture
def rows(world, sandbox, settings):
    settings.ALLOW_HTTP_IN_TRANSACTION = True  # each request is undone by a transaction round it
    return Rows(world)


def pages(rows, method="GET"):
    """(name, path) of what takes this method from an admin, but for what ends the walk or reads nothing."""
    takes = {name for (name, asked), said in table().items() if asked == method and said[ADMIN] != "405"}
    takes -= {"account_logout", "readyz", "metrics", "healthz", "schema", "api_docs", "styleguide", "favicon.ico"}
    return [(name, rows.path(name, route)) for name, route in addresses() if name in takes]


def field_names(rows, client):
    """Every name that a form of any page has, and those that views read."""
    html = "".join(client.get(path).content.decode("utf-8", "replace") for _, path in pages(rows))
    return sorted({*re.findall(r'\bname="([\w-]+)"', html), *READ_BY_VIEWS} - {"csrfmiddlewaretoken", "viewport"})


def asked(client, method, path, encoded):
    """The status; whatever the request did is undone."""
    with transaction.atomic():
        if method == "GET":
            response = client.get(f"{path}?{encoded}")
        else:
            response = client.post(path, encoded, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    return response.status_code


def broken(rows, method, bodies):
    """What was sent where, for each answer from 500 up."""
    browser, program = rows.clients()["admin"]
    return [
        f"{method} {name}: {what}"
        for name, path in pages(rows, method)
        for what, encoded in bodies.items()
        if asked(program if is_api(name) else browser, method, path, encoded) >= 500
    ]


# What is posted is what is written, and databases differ in what they take.
@pytest.mark.parametrize("method", ["GET", pytest.param("POST", marks=pytest.mark.both)])
def test_nonsense_in_all_fields_at_once_breaks_no_address(rows, method):
    names = field_names(rows, rows.clients()["admin"][0])
    assert {"who", "quality", "notes", "phone_text", "base_url", "carrier_uuid"} <= set(names)
    bodies = {what: "&".join(f"{name}={value}" for name in names) for what, value in NONSENSE.items()}
    found = broken(rows, method, bodies)
    assert not found, "\n".join(found)


@pytest.mark.both
def test_a_nul_in_what_no_form_looks_at_breaks_no_address(rows):
    """One database takes a NUL, the other refuses it: wherever it is not looked for, that is a 500."""
    good = "&".join(f"{name}={value}" for name, value in PLAUSIBLE.items())
    found = broken(rows, "POST", {name: f"{good}&{name}=a%00b" for name in READ_BY_VIEWS})
    assert not found, "\n".join(found)
