"""The page's objects as rows: every printed reply, every contradiction of it, and anything else."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import reading
from integrations.feedbackapi import reports
from integrations.feedbackapi.client import READERS
from tests.integrations.anything import json_values, patient
from tests.integrations.vendor_server import fixture, fixtures

AT = datetime(2024, 12, 14, tzinfo=UTC)  # 1734134400
PRINTED = [name for name in fixtures("feedbackapi", "") if not name.startswith("errors")]
ONE = [name for name in PRINTED if name.split("__")[1] in ("object", "retrieve", "create", "update")]
LISTS = [name for name in PRINTED if "__list" in name and fixture("feedbackapi", name)["body"]]


def reader(name):
    return READERS[name.split("__")[0]]


def body(name):
    return fixture("feedbackapi", name)["body"]


@pytest.mark.parametrize("name", ONE)
def test_every_printed_object_is_read_and_kept_whole(name):
    row = reader(name)(body(name))
    assert row.raw == body(name)
    assert row.vendor_id == body(name).get("id", "")
    assert row.created_at is not None or "created" not in body(name)


@pytest.mark.parametrize("name", LISTS)
def test_every_printed_list_is_read(name):
    page = reports.page(body(name), reader(name))
    ids = [raw["id"] for raw in body(name)["data"]]
    assert {row.vendor_id for row in page.rows} == set(ids)
    assert (page.total_count, page.returned, page.odd) == (3, len(ids), ())


def test_seven_resources_are_printed_and_read():
    assert {name.split("__")[0] for name in ONE} == set(READERS)


def test_a_customer():
    row = reports.customer(body("customers__object"))
    assert (row.email, row.mobile_number, row.fname, row.sname) == (
        "subscriber@feedbackapi.com", "+1813555555", "Jane", "Doe",
    )  # fmt: skip
    assert (row.created_at, row.last_sms_at, row.last_email_at) == (AT, reading.stamp(1734137054), None)
    assert (row.invalid, row.opt_out, row.locations, row.country_code) == (False, False, ("xd3S6", "iF56sC"), "US")


def test_a_review_has_a_rating_out_of_five():
    assert reports.review(body("reviews__object")).rating == Decimal(5)
    assert [row.rating for row in reports.page(body("reviews__list"), reports.review).rows][2] == Decimal("4.5")


@pytest.mark.parametrize("hyphen", ["-", "_"])
def test_scores_are_read_with_hyphen_and_underscore(hyphen):
    row = reports.feedback({"id": "a", f"nps{hyphen}score": 0, f"star{hyphen}rating": "4"})
    assert (row.nps_score, row.star_rating) == (0, 4)


@pytest.mark.parametrize("word", ["happy", "csat", "something-new"])
def test_a_type_is_kept_as_the_vendor_says_it(word):
    row = reports.feedback({"id": "a", "type": word, "happy": False, "subscriber": None})
    assert (row.type, row.happy, row.subscriber) == (word, False, "")


@pytest.mark.parametrize(("nps", "stars"), [(11, 0), (-1, 6), ("many", True), ([], {})])
def test_a_score_off_its_scale_is_not_reported(nps, stars):
    row = reports.feedback({"id": "a", "nps-score": nps, "star-rating": stars})
    assert (row.nps_score, row.star_rating) == (None, None)


def test_a_request_carries_its_answer():
    row = reports.feedback_request(body("feedback-request__object"))
    assert (row.type, row.message_clicked, row.message_bounced) == ("email", True, False)
    assert (row.feedback.vendor_id, row.feedback.happy, row.feedback.campaign) == ("gse4Ry", False, "")
    assert reports.feedback_request(body("feedback-request__create")).feedback is None


def test_the_id_that_the_page_prints_twice_is_one_row_the_last():
    page = reports.page(body("feedback-request__list"), reports.feedback_request)
    assert [row.vendor_id for row in page.rows] == ["gd7TdO", "gse4Ry"]
    assert page.rows[0].message_opened is False and page.returned == 3


def test_an_allowance_echoed_as_text_is_a_number_and_null_is_unlimited():
    row = reports.account(body("accounts__update"))
    assert (row.sms_allowance, row.max_locations, row.max_users) == (2000, 100, None)


def test_a_user_who_never_came_has_no_last_access():
    row = reports.page(body("users__list"), reports.user).rows[2]
    assert (row.email, row.last_access_at, row.type) == ("robert@axcap.com", None, "standard")


@pytest.mark.parametrize(
    "value",
    [1734134400, 1734134400.0, "1734134400", " 1734134400 ", "2024-12-14T00:00:00Z", "2024-12-14T01:00:00+01:00",
     "2024-12-14T00:00:00"],
)  # fmt: skip
def test_a_time_is_read_in_every_form(value):
    assert reading.stamp(value) == AT


@pytest.mark.parametrize(
    "value", [None, False, True, 0, "", "soon", "2024-13-45", -5, 10**18, "9" * 12, "9" * 40, [], {}, float("nan")]
)
def test_what_is_no_time_is_none(value):
    assert reading.stamp(value) is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [({}, "It has no id."), ({"id": None}, "It has no id."), ({"id": "x" * 101}, "It has no id."),
     (None, "It is not an object."), ("text", "It is not an object."), ([], "It is not an object.")],
)  # fmt: skip
def test_an_entry_that_cannot_be_used_is_set_aside_with_its_reason(raw, reason):
    page = reports.page({"data": [raw, {"id": "a"}]}, reports.customer)
    assert [row.vendor_id for row in page.rows] == ["a"]
    assert [(odd.reason, odd.raw) for odd in page.odd] == [(reason, raw)]
    assert (page.total_count, page.returned) == (None, 2)


def test_an_entry_nested_too_deeply_is_set_aside():
    deep = []
    for _ in range(5000):
        deep = [deep]
    page = reports.page({"data": [{"id": "a", "x": deep}]}, reports.customer)
    assert page.rows == () and len(page.odd) == 1


def test_a_digest_changes_with_the_content_and_not_with_the_order_of_keys():
    raw = body("customers__object")
    same = dict(reversed(raw.items()))
    assert reports.digest(raw) == reports.digest(same)
    assert reports.digest(raw) != reports.digest(raw | {"opt_out": True})
    assert reports.digest(raw) != reports.digest(raw | {"new_key": None})


def test_a_digest_is_the_same_tomorrow_and_on_another_machine():
    assert reports.digest({"id": "ä", "n": 4.5, "list": [1, None]}) == "4a80be87dba0bc38ecba459617c6e976"


@given(st.sampled_from(sorted(READERS)), st.data())
@patient
def test_any_object_is_a_row(resource, data):
    known = [key for name in ONE if name.startswith(f"{resource}__") for key in body(name)]
    raw = data.draw(st.dictionaries(st.sampled_from(known) | st.text(max_size=8), json_values, max_size=10))
    row = READERS[resource](raw)
    assert row.raw == raw and isinstance(row.vendor_id, str) and len(row.vendor_id) <= reports.ID_LIMIT
