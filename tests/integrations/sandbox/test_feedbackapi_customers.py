"""FeedbackAPI's customers: unique by e-mail address or number, updated by creating, inactive when deleted."""

import pytest
import requests

from tests.integrations.sandbox.conftest import FEEDBACKAPI, NOON


@pytest.fixture
def create(ask, sandbox):
    """`create(email=…)`: the answer of creating a customer at location here; None leaves a field out."""
    sandbox.feedbackapi.change(insert={"locations": [{"id": "here"}, {"id": "there"}]})

    def post(**body):
        body = {"email": "jane@example.com", "location": "here"} | body
        return ask("customers", json={key: value for key, value in body.items() if value is not None})

    return post


def test_a_customer_is_made_and_found(create, ask):
    made = create(mobile_number="+12125550100", fname="Jane", sname="Doe", country_code="us").json()
    assert made == {
        "id": made["id"], "created": int(NOON.timestamp()), "email": "jane@example.com",
        "mobile_number": "+12125550100", "fname": "Jane", "sname": "Doe", "last_sms": None, "last_email": None,
        "country_code": "US", "invalid": False, "opt_out": False, "locations": ["here"],
    }  # fmt: skip
    assert ask(f"customers/{made['id']}").json() == made
    assert ask("customers").json()["data"] == [made]


@pytest.mark.parametrize("same", [{"email": "JANE@example.com"}, {"email": None, "mobile_number": "+12125550100"}])
def test_creating_an_existing_one_updates_it(create, ask, same):
    first = create(mobile_number="+12125550100", fname="Jane").json()
    second = create(**same, sname="Doe", location="there").json()
    assert second["id"] == first["id"]
    assert (second["fname"], second["sname"], second["locations"]) == ("Jane", "Doe", ["here", "there"])
    assert ask("customers").json()["total_count"] == 1


def test_the_same_location_is_joined_once(create):
    create()
    assert create().json()["locations"] == ["here"]


def test_a_customer_cannot_be_two(create, ask):
    create()
    other = create(email="bob@example.com", mobile_number="+12125550101").json()
    answer = create(mobile_number="+12125550101")
    assert (answer.status_code, answer.json()["param"]) == (400, "mobile_number")
    answer = ask(f"customers/{other['id']}", json={"email": "jane@example.com"})
    assert (answer.status_code, answer.json()["param"]) == (400, "email")
    assert ask(f"customers/{other['id']}").json() == other


@pytest.mark.parametrize(
    ("body", "param"),
    [({"email": None}, "email"), ({"email": ""}, "email"), ({"email": "jane"}, "email"), ({"email": 5}, "email"),
     ({"location": None}, "location"), ({"location": "nowhere"}, "location"), ({"location": ["here"]}, "location"),
     ({"mobile_number": "2125550100"}, "mobile_number"), ({"mobile_number": "+0125550100"}, "mobile_number"),
     ({"mobile_number": 12125550100}, "mobile_number"), ({"country_code": "USA"}, "country_code"),
     ({"country_code": "XX"}, "country_code"), ({"fname": {"a": 1}}, "fname")],
)  # fmt: skip
def test_a_bad_argument_is_named_and_nothing_is_kept(create, sandbox, body, param):
    answer = create(**body)
    assert answer.status_code == 400
    assert (answer.json()["type"], answer.json()["param"]) == ("invalid_request_error", param)
    assert sandbox.feedbackapi.rows("customers") == []


@pytest.mark.parametrize("name", ["x" * 5000, "مرحبا", "👩‍👩‍👧", "<script>alert(1)</script>"])
def test_any_words_are_a_name(create, name):
    assert create(fname=name).json()["fname"] == name


@pytest.mark.parametrize("name", ["subscriber", "subscribers"])
def test_the_old_names_do_all_that_the_new_one_does(create, ask, name):
    create(email="ann@example.com")
    made = ask(f"{name}/", json={"email": "jo@example.com", "location": "here"})
    number = made.json()["id"]
    assert ask(f"{name}/{number}").json() == ask(f"customers/{number}/").json() == made.json()
    assert ask(f"{name}/{number}/", json={"fname": "Jo"}).json()["fname"] == "Jo"
    assert [row["id"] for row in ask(name, email="jo@example.com").json()["data"]] == [number]
    assert ask(f"{name}/{number}", "DELETE").json() == {"id": number, "deleted": True}


def test_an_update_leaves_the_rest_alone(create, ask):
    made = create(fname="Jane").json()
    changed = ask(f"customers/{made['id']}/", json={"sname": "Doe", "opt_out": True, "colour": "red"}).json()
    assert changed == made | {"sname": "Doe", "opt_out": True}
    assert ask(f"customers/{made['id']}", json={"opt_out": False, "sname": None}).json() == made


def test_locations_are_joined_and_left(create, ask):
    made = create().json()
    changed = ask(f"customers/{made['id']}", json={"location_add": ["there", "here"], "location_remove": ["nowhere"]})
    assert changed.json()["locations"] == ["here", "there"]
    changed = ask(f"customers/{made['id']}", json={"location_remove": ["here"]})
    assert changed.json()["locations"] == ["there"]


@pytest.mark.parametrize(
    ("body", "param"),
    [({"location_add": ["nowhere"]}, "location_add"), ({"location_add": {"id": "there"}}, "location_add"),
     ({"opt_out": "perhaps"}, "opt_out"), ({"email": None}, "email"), ({"country_code": "ZZ"}, "country_code")],
)  # fmt: skip
def test_a_bad_update_changes_nothing(create, ask, body, param):
    made = create().json()
    answer = ask(f"customers/{made['id']}", json={"fname": "Other"} | body)
    assert (answer.status_code, answer.json()["param"]) == (400, param)
    assert ask(f"customers/{made['id']}").json() == made


def test_a_deleted_customer_is_inactive_and_comes_back_as_the_same(create, ask):
    made = create(fname="Jane").json()
    assert ask(f"customers/{made['id']}", "DELETE").json() == {"id": made["id"], "deleted": True}
    assert ask("customers").json()["data"] == []
    for answer in (ask(f"customers/{made['id']}"), ask(f"customers/{made['id']}", "DELETE"),
                   ask(f"customers/{made['id']}", json={"fname": "J"})):  # fmt: skip
        assert answer.status_code == 404
    assert create().json() == made


@pytest.mark.parametrize("text", [b"", b"[]", b'{"email":', b'"jane"'])
def test_a_body_that_is_no_object_is_refused(ask, sandbox, text):
    sandbox.feedbackapi.change(insert={"locations": [{"id": "here"}]})
    answer = ask_raw(sandbox, text, "application/json")
    assert (answer.status_code, answer.json()["type"]) == (400, "invalid_request_error")


def test_a_body_of_another_kind_is_refused(sandbox):
    assert ask_raw(sandbox, b"<email/>", "text/xml").status_code == 400


def ask_raw(sandbox, text, kind):
    url = f"{sandbox.url}/feedbackapi/v1.3/customers"
    return requests.post(url, data=text, headers={"Content-Type": kind}, auth=FEEDBACKAPI, timeout=5)
