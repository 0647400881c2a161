"""FeedbackAPI's locations, accounts and users: limits, consequences, invitations."""

import pytest

from tests.integrations.sandbox.conftest import NOON

NOW = int(NOON.timestamp())
PLACE = {"name": "Apple Park", "country_code": "US"}


def refused(answer, status, param):
    assert (answer.status_code, answer.json()["param"]) == (status, param), answer.text
    assert answer.json()["type"] == "invalid_request_error"
    assert answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "param"),
    [({"name": None}, "name"), ({"name": ""}, "name"), ({"country_code": None}, "country_code"),
     ({"country_code": "Atlantis"}, "country_code"), ({"review_profile": "https://x.example"}, "review_profile"),
     ({"postal_code": 90210}, "postal_code")],
)  # fmt: skip
def test_a_bad_location_is_refused(ask, sandbox, body, param):
    given = {key: value for key, value in (PLACE | body).items() if value is not None}
    refused(ask("locations", json=given), 400, param)
    assert sandbox.feedbackapi.rows("locations") == []


def test_the_same_location_twice_is_two(ask):
    assert ask("locations", json=PLACE).json()["id"] != ask("locations", json=PLACE).json()["id"]
    assert ask("locations").json()["total_count"] == 2


def test_review_profiles_are_added_and_never_printed(ask, sandbox):
    made = ask("locations", json=PLACE | {"review_profile": ["https://a.example/1"]}).json()
    profiles = ["https://b.example/2", "https://a.example/1"]
    changed = ask(f"locations/{made['id']}", json={"review_profile": profiles, "postal_code": None}).json()
    assert changed == made
    kept = sandbox.world.store.sql("SELECT review_profile FROM feedbackapi_locations")
    assert kept == [("https://a.example/1\nhttps://b.example/2",)]


def test_a_deleted_location_takes_its_reviews_with_it(ask, sandbox):
    made = ask("locations", json=PLACE).json()
    sandbox.feedbackapi.change(insert={"reviews": [{"id": "in", "location": made["id"]}, {"id": "out"}]})
    assert ask(f"locations/{made['id']}", "DELETE").json() == {"id": made["id"], "deleted": True}
    assert [row["id"] for row in ask("reviews").json()["data"]] == ["out"]
    paths = (f"locations/{made['id']}", "reviews/in", "reviews/out")
    assert [ask(path).status_code for path in paths] == [404, 404, 200]


@pytest.fixture
def account(ask):
    """`account(**limits)`: a new account's object."""

    def post(**body):
        answer = ask("accounts", json={"name": "Savastano and Son", "active": True, "verb": "use"} | body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return post


def test_an_account_counts_what_it_holds(ask, account, sandbox):
    made = account(max_locations=2, max_users=3, sms_allowance=100)
    assert (made["active_locations"], made["active_users"]) == (0, 0)
    place = ask("locations", json=PLACE).json()
    ask("users", json={"email": "rishi@example.com"})
    sandbox.feedbackapi.accept("rishi@example.com")
    assert ask(f"accounts/{made['id']}").json() == made | {"active_locations": 1, "active_users": 1}
    ask(f"locations/{place['id']}", "DELETE")
    assert ask("accounts").json()["data"] == [made | {"active_users": 1}]


def test_a_full_account_takes_no_more_locations(ask, account):
    made = account(max_locations=1)
    ask("locations", json=PLACE)
    refused(ask("locations", json=PLACE), 402, "max_locations")
    ask(f"accounts/{made['id']}", json={"max_locations": None})
    assert ask("locations", json=PLACE).status_code == 200


def test_a_full_account_takes_no_more_users_pending_ones_counted(ask, account):
    account(max_users=1)
    assert ask("users", json={"email": "one@example.com"}).status_code == 200
    refused(ask("users", json={"email": "two@example.com"}), 402, "max_users")
    assert ask("users", json={"email": "one@example.com"}).status_code == 200, "the same invitation again is no more"


def test_an_inactive_account_takes_nothing(ask, account):
    account(active=False)
    refused(ask("locations", json=PLACE), 402, "active")


def test_a_limit_below_what_is_used_is_refused(ask, account):
    made = account()
    ask("locations", json=PLACE)
    refused(ask(f"accounts/{made['id']}", json={"max_locations": 0}), 400, "max_locations")
    assert ask(f"accounts/{made['id']}", json={"max_locations": 1}).json()["max_locations"] == 1


def test_an_allowance_is_echoed_as_it_came_and_kept_as_a_number(ask, account):
    assert account(sms_allowance=7)["sms_allowance"] == 7
    made = account(sms_allowance="2000")
    assert made["sms_allowance"] == "2000"
    assert ask(f"accounts/{made['id']}").json()["sms_allowance"] == 2000


@pytest.mark.parametrize(
    ("body", "param"),
    [({"name": None}, "name"), ({"active": None}, "active"), ({"verb": None}, "verb"), ({"verb": "eat"}, "verb"),
     ({"active": "perhaps"}, "active"), ({"max_users": -1}, "max_users"), ({"max_users": 1.5}, "max_users"),
     ({"max_campaigns": "many"}, "max_campaigns"), ({"sms_allowance": "lots"}, "sms_allowance")],
)  # fmt: skip
def test_a_bad_account_is_refused(ask, sandbox, body, param):
    given = {"name": "B613", "active": True, "verb": "use"} | body
    refused(ask("accounts", json={k: v for k, v in given.items() if v is not None}), 400, param)
    assert sandbox.feedbackapi.rows("accounts") == []


def test_removing_an_account_cancels_its_messages(ask, account, sandbox):
    made = account()
    place = ask("locations", json=PLACE).json()["id"]
    jane = ask("customers", json={"email": "jane1@example.com", "location": place}).json()["id"]
    body = {"subscriber": jane, "template": "dfar5V", "location": place, "due": NOW + 60}
    asked = ask("feedback-request", json=body).json()
    assert ask(f"accounts/{made['id']}", "DELETE").json() == {"id": made["id"], "deleted": True}
    sandbox.advance(3600)
    assert ask(f"feedback-request/{asked['id']}").json() == asked
    assert ask(f"customers/{jane}").json()["last_email"] is None
    assert ask(f"accounts/{made['id']}").status_code == 404


def test_an_invited_user_is_pending_without_id_and_listed_nowhere(ask, sandbox):
    answer = ask("users", json={"email": "rishi@uk.gov.uk", "send_invite": True}).json()
    assert set(answer) == {"email", "type", "status", "invite_url"}
    assert (answer["type"], answer["status"]) == ("standard", "pending")
    assert ask("users").json()["data"] == []
    assert ask("users", json={"email": "RISHI@uk.gov.uk"}).json() == answer
    assert [(invite["email"], invite["mails"]) for invite in sandbox.feedbackapi.pending()] == [("rishi@uk.gov.uk", 1)]


def test_accepting_makes_an_active_user(ask, sandbox):
    ask("users", json={"email": "carol.baskin@wildcat.com"})
    sandbox.feedbackapi.accept("Carol.Baskin@wildcat.com", signed_in=False)
    (user,) = ask("users").json()["data"]
    assert user == {
        "id": user["id"], "created": NOW, "name": "Carol Baskin", "email": "carol.baskin@wildcat.com",
        "type": "standard", "status": "active", "last_access": False,
    }  # fmt: skip
    assert sandbox.feedbackapi.pending() == []
    refused(ask("users", json={"email": "carol.baskin@wildcat.com"}), 400, "email")


def test_a_deleted_user_may_be_invited_again(ask, sandbox):
    ask("users", json={"email": "carol@wildcat.com"})
    number = sandbox.feedbackapi.accept("carol@wildcat.com", name="Carol")["id"]
    assert ask(f"users/{number}", "DELETE").json() == {"id": number, "deleted": True}
    assert ask(f"users/{number}").status_code == 404
    assert ask("users", json={"email": "carol@wildcat.com"}).json()["status"] == "pending"


@pytest.mark.parametrize(("body", "param"), [({}, "email"), ({"email": "x"}, "email"), ({"email": None}, "email"),
                                             ({"email": "a@b.co", "send_invite": "soon"}, "send_invite")])  # fmt: skip
def test_a_bad_invitation_is_refused(ask, body, param):
    refused(ask("users", json=body), 400, param)
