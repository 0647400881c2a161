"""FeedbackAPI's lists: limit, page, sort_by, every documented filter with its edge, and what it refuses."""

import pytest
import requests

from integrations.sandbox.feedbackapi.shapes import SHAPES
from integrations.sandbox.pace import Pace
from tests.integrations.sandbox.conftest import NOON

NOW = int(NOON.timestamp())


@pytest.fixture
def customers(sandbox):
    """Twenty-five customers, c0 the oldest, a second apart but for the last five, which share one."""
    rows = [{"id": f"c{n}", "created": 1000 + min(n, 20), "email": f"{n}@example.com"} for n in range(25)]
    sandbox.feedbackapi.change(insert={"customers": rows})
    return rows


def ids(answer):
    assert answer.status_code == 200, answer.text
    assert answer.json()["total_returned"] == len(answer.json()["data"])
    return [row["id"] for row in answer.json()["data"]]


def numbers(first, last):
    step = 1 if first < last else -1
    return [f"c{n}" for n in range(first, last + step, step)]


def test_ten_come_without_asking_the_newest_first(ask, customers):
    answer = ask("customers")
    assert ids(answer) == numbers(24, 15)
    assert answer.json()["total_count"] == 25


def test_pages_begin_at_0_and_end_with_an_empty_one(ask, customers):
    pages = [ids(ask("customers", limit=10, page=page)) for page in range(4)]
    assert pages == [numbers(24, 15), numbers(14, 5), numbers(4, 0), []]


def test_the_reply_counts_pages_from_1_as_the_samples_do(ask, customers):
    assert [ask("customers", page=page).json()["page"] for page in (0, 1)] == [1, 2]


def test_the_first_page_may_be_1(ask, customers, sandbox):
    sandbox.set(feedbackapi_first_page=1)
    assert ids(ask("customers")) == ids(ask("customers", page=1)) == ids(ask("customers", page=0)) == numbers(24, 15)
    assert ids(ask("customers", page=3)) == numbers(4, 0)


@pytest.mark.parametrize("limit", ["0", "101", "1000", "-1", "ten", "", "1.5"])
def test_a_limit_outside_1_to_100_is_refused_with_its_name(ask, limit):
    answer = ask("customers", limit=limit)
    assert answer.status_code == 400
    assert answer.json()["type"] == "invalid_request_error"
    assert answer.json()["param"] == "limit"
    assert answer.json()["message"].startswith("limit must be")


@pytest.mark.parametrize(("limit", "returned"), [(1, 1), (100, 100)])
def test_the_limits_own_edges_are_good(ask, sandbox, limit, returned):
    sandbox.feedbackapi.fill(customers=120)
    assert ask("customers", limit=limit).json()["total_returned"] == returned


def test_a_limit_may_be_clamped_instead(ask, sandbox):
    sandbox.feedbackapi.fill(customers=120)
    sandbox.set(feedbackapi_limit="clamp")
    assert [ask("customers", limit=limit).json()["total_returned"] for limit in (0, 1000)] == [1, 100]


@pytest.mark.parametrize(
    ("name", "value"),
    [("page", "-1"), ("page", "one"), ("sort_by", "created"), ("sort_by", "created-up"), ("sort_by", "colour-asc"),
     ("sort_by", "listed-asc"), ("created_after", "yesterday"), ("created_before", "2026-13-01T00:00:00Z"),
     ("created_after", "1e400"), ("opt_out", "maybe"), ("invalid", "2"), ("mobile_number", "02079460000"),
     ("country_code", "XX"), ("email", "jane")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_name(ask, name, value):
    answer = ask("customers", **{name: value})
    assert (answer.status_code, answer.json()["param"]) == (400, name)


def test_equal_times_keep_one_order_whichever_way_they_are_walked(ask, customers):
    up = [i for page in range(3) for i in ids(ask("customers", sort_by="created-asc", page=page))]
    assert up == numbers(0, 24)
    assert [i for page in range(3) for i in ids(ask("customers", sort_by="created-desc", page=page))] == up[::-1]


@pytest.mark.parametrize("resource", SHAPES)
def test_every_printed_field_sorts_both_ways(ask, sandbox, resource):
    sandbox.feedbackapi.fill(locations=5, customers=20)
    sandbox.feedbackapi.fill(**{resource.replace("-", "_"): 30}, seed=2)
    for column in SHAPES[resource].columns:
        up = ids(ask(resource, sort_by=f"{column}-asc", limit=100))
        assert ids(ask(resource, sort_by=f"{column}-desc", limit=100)) == up[::-1]


def test_scores_sort_under_both_spellings(ask, sandbox):
    sandbox.feedbackapi.fill(feedback=30)
    assert ids(ask("feedback", sort_by="nps_score-asc")) == ids(ask("feedback", sort_by="nps-score-asc"))


def test_locations_come_by_name_whatever_its_case(ask, sandbox):
    rows = [{"id": name, "name": name, "created": NOW - n} for n, name in enumerate(["beta", "Alpha", "Gamma"])]
    sandbox.feedbackapi.change(insert={"locations": rows})
    assert ids(ask("locations")) == ["Alpha", "beta", "Gamma"]
    assert ids(ask("locations", sort_by="created-desc")) == ["beta", "Alpha", "Gamma"]


def test_a_vendor_that_minds_no_order_can_be_had(ask, customers, sandbox):
    sandbox.set(feedbackapi_order="vendor")
    assert ids(ask("customers", sort_by="created-asc")) == numbers(24, 15)


@pytest.mark.parametrize("spelled", [1010, "1010.0", "1970-01-01T00:16:50Z", "1970-01-01T01:16:50+01:00"])
def test_bounds_are_unix_seconds_or_iso_and_included(ask, customers, spelled):
    assert ids(ask("customers", created_after=spelled, created_before=spelled)) == ["c10"]


def test_bounds_may_be_excluded(ask, customers, sandbox):
    sandbox.set(feedbackapi_bounds="exclusive")
    assert ids(ask("customers", created_after=1010, created_before=1012)) == ["c11"]


def test_an_offset_whose_plus_became_a_space_is_still_read(sandbox, customers):
    url = f"{sandbox.url}/feedbackapi/v1.3/customers?created_before=1970-01-01T01:16:41+01:00"
    answer = requests.get(url, auth=("demo-feedbackapi-token", ""), timeout=5)
    assert ids(answer) == ["c1", "c0"]


# resource, rows (the first one the newest), filter, the ids it leaves
FILTERS = [
    ("customers", [{"id": "a", "email": "Ann@example.com"}, {"id": "b", "email": "b@example.com"}],
     {"email": "ann@example.com"}, ["a"]),
    ("customers", [{"id": "a", "mobile_number": "+12125550100"}, {"id": "b"}],
     {"mobile_number": "+12125550100"}, ["a"]),
    ("customers", [{"id": "a", "fname": "Ann"}, {"id": "b", "fname": "Anna"}], {"fname": "Ann"}, ["a"]),
    ("customers", [{"id": "a", "sname": "Doe"}, {"id": "b"}], {"sname": "Doe"}, ["a"]),
    ("customers", [{"id": "a", "country_code": "GB"}, {"id": "b"}], {"country_code": "gb"}, ["a"]),
    ("customers", [{"id": "a", "opt_out": True}, {"id": "b", "opt_out": False}], {"opt_out": "true"}, ["a"]),
    ("customers", [{"id": "a", "opt_out": True}, {"id": "b", "opt_out": False}], {"opt_out": "FALSE"}, ["b"]),
    # In the page's words TRUE is valid and FALSE is flagged as invalid.
    ("customers", [{"id": "a", "invalid": True}, {"id": "b", "invalid": False}], {"invalid": "TRUE"}, ["b"]),
    ("customers", [{"id": "a", "invalid": True}, {"id": "b", "invalid": False}], {"invalid": "FALSE"}, ["a"]),
    ("locations", [{"id": "a", "name": "Apple Park"}, {"id": "b", "name": "Apple"}], {"name": "Apple Park"}, ["a"]),
    ("locations", [{"id": "a", "postal_code": "SE1 7TP"}, {"id": "b"}], {"postal_code": "SE1 7TP"}, ["a"]),
    ("locations", [{"id": "a", "country_code": "US"}, {"id": "b", "country_code": "GB"}],
     {"country_code": "US"}, ["a"]),
    ("reviews", [{"id": "a", "location": "gse4Ry"}, {"id": "b", "location": "gse4ry"}], {"location": "gse4Ry"}, ["a"]),
    ("reviews", [{"id": "a", "platform": "dfar5V"}, {"id": "b"}], {"platform": "dfar5V"}, ["a"]),
    ("reviews", [{"id": "a", "rating": 4}, {"id": "b", "rating": 4.5}, {"id": "c", "rating": 5}],
     {"rating_less_than": "4.5"}, ["a", "b"]),
    ("reviews", [{"id": "a", "rating": 4}, {"id": "b", "rating": 4.5}, {"id": "c", "rating": 5}],
     {"rating_greater_than": "4.5"}, ["b", "c"]),
    ("feedback", [{"id": "a", "type": "happy"}, {"id": "b", "type": "nps"}, {"id": "c", "type": "csat"}],
     {"type": "happy"}, ["a", "c"]),
    ("feedback", [{"id": "a", "type": "star-rating"}, {"id": "b", "type": "nps"}], {"type": "star-rating"}, ["a"]),
    ("feedback", [{"id": "a", "nps-score": 6}, {"id": "b", "nps-score": 7}, {"id": "c"}],
     {"nps_score_less_than": 6}, ["a"]),
    ("feedback", [{"id": "a", "nps-score": 6}, {"id": "b", "nps-score": 7}, {"id": "c"}],
     {"nps_score_greater_than": 7}, ["b"]),
    ("feedback", [{"id": "a", "star-rating": 2}, {"id": "b", "star-rating": 3}], {"star_rating_less_than": 2}, ["a"]),
    ("feedback", [{"id": "a", "star-rating": 2}, {"id": "b", "star-rating": 3}],
     {"star_rating_greater_than": 3}, ["b"]),
    ("feedback", [{"id": "a", "happy": True}, {"id": "b", "happy": False}, {"id": "c"}], {"happy": "FALSE"}, ["b"]),
    ("feedback", [{"id": "a", "subscriber": "s1"}, {"id": "b"}], {"subscriber": "s1"}, ["a"]),
    ("feedback", [{"id": "a", "location": "l1"}, {"id": "b"}], {"location": "l1"}, ["a"]),
    ("feedback", [{"id": "a", "campaign": "x"}, {"id": "b"}], {"campaign": "x"}, ["a"]),
    ("feedback", [{"id": "a", "campaign_step": "x"}, {"id": "b"}], {"campaign_step": "x"}, ["a"]),
    ("feedback-request", [{"id": "a", "due": 99}, {"id": "b", "due": 100}], {"due_before": 99}, ["a"]),
    ("feedback-request", [{"id": "a", "due": 99}, {"id": "b", "due": 100}], {"due_after": 100}, ["b"]),
    ("feedback-request", [{"id": "a", "updated": 99}, {"id": "b", "updated": 100}], {"updated_before": 99}, ["a"]),
    ("feedback-request", [{"id": "a", "updated": 99}, {"id": "b", "updated": 100}], {"updated_after": 100}, ["b"]),
    ("feedback-request", [{"id": "a", "subscriber": "s"}, {"id": "b"}], {"subscriber": "s"}, ["a"]),
    ("feedback-request", [{"id": "a", "template": "t"}, {"id": "b"}], {"template": "t"}, ["a"]),
    ("feedback-request", [{"id": "a", "location": "l"}, {"id": "b"}], {"location": "l"}, ["a"]),
    ("feedback-request", [{"id": "a", "message_opened": True}, {"id": "b", "message_opened": False}],
     {"message_opened": "true"}, ["a"]),
    ("feedback-request", [{"id": "a", "message_clicked": True}, {"id": "b", "message_clicked": False}],
     {"message_clicked": "false"}, ["b"]),
    ("feedback-request", [{"id": "a", "message_bounced": True}, {"id": "b", "message_bounced": False}],
     {"message_bounced": "1"}, ["a"]),
    ("feedback-request", [{"id": "a", "spam_complaint": True}, {"id": "b", "spam_complaint": False}],
     {"spam_complaint": "0"}, ["b"]),
    ("accounts", [{"id": "a", "name": "B613"}, {"id": "b", "name": "Acme"}], {"name": "B613"}, ["a"]),
    ("accounts", [{"id": "a", "active": True}, {"id": "b", "active": False}], {"active": "false"}, ["b"]),
    ("users", [{"id": "a", "type": "restricted"}, {"id": "b", "type": "standard"}], {"type": "restricted"}, ["a"]),
]  # fmt: skip


def test_every_documented_filter_is_tried_below():
    tried = {(resource, name) for resource, _, asked, _ in FILTERS for name in asked}
    documented = {(s.name, name) for s in SHAPES.values() for name in s.filters if not name.startswith("created_")}
    assert tried == documented


@pytest.mark.parametrize(("resource", "rows", "asked", "left"), FILTERS)
def test_a_filter_leaves_what_it_says(ask, sandbox, resource, rows, asked, left):
    sandbox.feedbackapi.change(insert={resource: rows[::-1]})
    answer = ask(resource, sort_by="id-asc", **asked)
    assert ids(answer) == left
    assert answer.json()["total_count"] == len(left)


@pytest.mark.parametrize("resource", SHAPES)
def test_every_list_is_bounded_by_creation(ask, sandbox, resource):
    sandbox.feedbackapi.change(insert={resource: [{"id": "a", "created": 10}, {"id": "b", "created": 11}]})
    assert ids(ask(resource, created_before=10)) == ["a"]
    assert ids(ask(resource, created_after="1970-01-01T00:00:11Z")) == ["b"]


@pytest.mark.parametrize(
    ("resource", "name", "value"),
    [("feedback", "type", "csat"), ("feedback", "nps_score_less_than", "11"),
     ("feedback", "star_rating_less_than", "0"),
     ("feedback", "happy", "glad"), ("reviews", "rating_less_than", "good"), ("reviews", "rating_less_than", "NaN"),
     ("users", "type", "admin"), ("accounts", "active", "yes"), ("feedback-request", "due_after", "soon")],
)  # fmt: skip
def test_a_filter_nobody_can_act_on_is_refused(ask, resource, name, value):
    answer = ask(resource, **{name: value})
    assert (answer.status_code, answer.json()["param"]) == (400, name)


def test_times_may_be_printed_as_the_words_say(ask, sandbox):
    sandbox.feedbackapi.change(insert={"users": [{"id": "a", "created": 0, "last_access": False}]})
    sandbox.set(feedbackapi_times="iso")
    row = ask("users/a").json()
    assert (row["created"], row["last_access"]) == ("1970-01-01T00:00:00Z", False)
    assert ask("users").json()["data"] == [row]


def test_a_wrong_path_or_method_is_a_404_of_the_vendors_shape(ask):
    for answer in (ask("colours"), ask("reviews", json={}), ask("users/a", json={}), ask("feedback/a", "DELETE")):
        assert answer.status_code == 404
        assert answer.json()["type"] == "invalid_request_error"


@pytest.mark.parametrize("auth", [None, ("", ""), ("wrong", ""), ("", "demo-feedbackapi-token")])
def test_without_the_token_as_user_name_nothing_is_told(ask, sandbox, auth):
    for path in ("customers", "customers/c1", "colours"):
        answer = ask(path, auth=auth)
        assert (answer.status_code, answer.json()["type"]) == (401, "authentication_error")


def test_too_many_requests_a_second_are_refused(ask, sandbox):
    seconds = iter((0, 0, 0.9, 0.95, 1.1))
    sandbox.world.paces["feedbackapi"] = Pace(clock=lambda: next(seconds))
    sandbox.set(feedbackapi_rate=3)
    answers = [ask("customers") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 200]
    assert answers[3].json()["type"] == "rate_limit_error"
