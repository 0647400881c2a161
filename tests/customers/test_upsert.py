"""Rows by the hundred thousand: how the database is asked, and what is kept of texts it would refuse."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, PhoneNumber
from integrations.models import Connection
from integrations.sync import upsert
from tests.customers.vendor_rows import raw, read
from tests.world import fiction, make_customer, make_number

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ROWS = 1_500  # more than five times the largest portion, and not a multiple of any


@pytest.fixture
def many():
    """Rows that came in a moment ago, so that PostgreSQL has no statistics of them."""
    ids = [f"c{n:05}" for n in range(ROWS)]
    read("customers", *(raw("customers", one, mobile_number=fiction(n)) for n, one in enumerate(ids)))
    return ids


def test_every_row_of_a_large_page_is_there_with_its_own_values(many):
    rows = Customer.objects.order_by("vendor_id").values_list("vendor_id", "phone__e164", "language", "vendor_raw")
    assert [(one, phone, language, kept["id"]) for one, phone, language, kept in rows] == [
        (one, fiction(n), "en", one) for n, one in enumerate(many)
    ]


def test_known_rows_are_found_one_by_one_in_the_index_however_many_the_connection_has(many):
    connection = Connection.objects.of("feedbackapi")
    with CaptureQueriesContext(database) as asked:
        found = upsert.known(Customer, connection, [*many[:200], "unknown", many[0]])
    assert sorted(found) == many[:200]
    plan = _plan(asked[0]["sql"])
    index = {"sqlite": "(connection_id=? AND vendor_id=?)", "postgresql": "((connection_id = "}[database.vendor]
    assert index in plan and "Heap Scan" not in plan and "Seq Scan on customers" not in plan


def _plan(statement):
    how = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[database.vendor]
    with database.cursor() as cursor:
        return "\n".join(str(row) for row in cursor.execute(how + statement).fetchall())


def test_numbers_that_are_there_keep_their_rows_and_the_others_are_made():
    known = make_number(fiction(1))
    keys = upsert.made(PhoneNumber, "e164", {fiction(1), fiction(2)})
    assert keys[fiction(1)] == known.pk and PhoneNumber.objects.get(e164=fiction(2)).pk == keys[fiction(2)]
    assert upsert.made(PhoneNumber, "e164", {fiction(1), fiction(2)}) == keys
    assert upsert.made(PhoneNumber, "e164", set()) == {}


@pytest.mark.parametrize("value", [1 << 70, "x" * 5000, 0.1, None, True, {"é": ["\U0001f600", {"": {}}]}])
def test_a_value_is_kept_as_it_came_even_where_the_quick_writer_has_no_word_for_it(value):
    read("customers", raw("customers", "c1", fname="Jane", note=value))
    assert Customer.objects.get().vendor_raw["note"] == value


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2024, 1, 1, 1, 2, 3, 4005, tzinfo=UTC),
        datetime(2024, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ],
)
def test_a_moment_is_written_as_django_would(moment):
    customer = make_customer()
    upsert.Table(Customer, ["last_sms_at"]).update([(moment, customer.pk)])
    assert Customer.objects.get(last_sms_at=moment).last_sms_at == moment
