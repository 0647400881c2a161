"""Nonsense in every field of every form and every address: a sentence or a page, never a 500, nothing typed lost.

What each form refuses and in which words stands in its own room's tests; this is the net under them.
"""

import re
from contextlib import contextmanager
from itertools import cycle, islice
from urllib.parse import quote_plus

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from tests.doors import ROLES, Rows, addresses, body, is_api, table

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
MATTERS = {"NUL inside", "half an emoji", "a number past every integer", "long", "a NUL before a separator"}
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
    html = "".join(body(client.get(path)).decode("utf-8", "replace") for _, path in pages(rows))
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


def broken(rows, method, bodies, at_a_time):
    """What was sent where, for each answer from 500 up. Where no field is looked at, one body is as good as all.

    Each address gets so many of the bodies, and the next one those that follow: the same mistake is rarely made once.
    """
    browser, program = rows.clients()["admin"]
    found, turn = [], cycle(bodies.items())
    for name, path in pages(rows, method):
        with fields_read() as read:
            for what, encoded in islice(turn, at_a_time):
                if asked(program if is_api(name) else browser, method, path, encoded) >= 500:
                    found.append(f"{method} {name}: {what}")
                if not read:
                    break
    return found


def nonsense():
    """All of it on one database; on the other what a database itself may take or refuse."""
    return {what: value for what, value in NONSENSE.items() if connection.vendor == "sqlite" or what in MATTERS}


# What is posted is what is written, and databases differ in what they take.
METHODS = pytest.mark.parametrize("method", ["GET", pytest.param("POST", marks=pytest.mark.both)])
SOME = 4 if connection.vendor == "sqlite" else 2  # of the eleven, and of the five: minutes otherwise


@METHODS
def test_nonsense_in_all_fields_at_once_breaks_no_address(rows, method):
    nonsense_breaks_nothing(rows, method, SOME)


@pytest.mark.soak
@METHODS
def test_every_nonsense_in_all_fields_at_once_breaks_no_address(rows, method):
    nonsense_breaks_nothing(rows, method, len(NONSENSE))


def nonsense_breaks_nothing(rows, method, at_a_time):
    names = field_names(rows, rows.clients()["admin"][0])
    assert {"who", "quality", "notes", "phone_text", "base_url", "carrier_uuid"} <= set(names)
    bodies = {what: "&".join(f"{name}={value}" for name in names) for what, value in nonsense().items()}
    found = broken(rows, method, bodies, min(at_a_time, len(bodies)))
    assert not found, "\n".join(found)


@pytest.mark.both
def test_a_nul_in_what_no_form_looks_at_breaks_no_address(rows):
    """One database takes a NUL, the other refuses it: wherever it is not looked for, that is a 500.

    An address is asked about each field that it reads, and what it reads is seen as it is asked.
    """
    good = "&".join(f"{name}={value}" for name, value in PLAUSIBLE.items())
    clients, found, tried = rows.clients()["admin"], [], set()
    for name, path in pages(rows, "POST"):
        client = clients[is_api(name)]
        with fields_read() as read:
            asked(client, "POST", path, good)
            while fresh := sorted((read & READ_BY_VIEWS) - {field for at, field in tried if at == name}):
                tried.add((name, fresh[0]))
                if asked(client, "POST", path, f"{good}&{fresh[0]}=a%00b") >= 500:
                    found.append(f"POST {name}: {fresh[0]}")
    assert not found, "\n".join(found)
    assert {field for _, field in tried} >= {"reason", "form_key", "next"}  # they are seen being read


@contextmanager
def fields_read():
    """The names of all fields that are looked up in any request meanwhile."""
    read, look, look_all, write = set(), QueryDict.__getitem__, QueryDict._getlist, QueryDict.urlencode

    def one(self, key):
        read.add(key)
        return look(self, key)

    def every(self, key, *args, **more):
        read.add(key)
        return look_all(self, key, *args, **more)

    def whole(self, *args, **more):
        read.update(self.keys())
        return write(self, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QueryDict, "urlencode", whole)
        patch.setattr(QueryDict, "__getitem__", one)
        patch.setattr(QueryDict, "_getlist", every)
        yield read
