"""The desk's page: a person is the vendor's admin or a customer, by plain forms."""

import re
from html import unescape

import pytest
import requests

NASTY = '<script>alert("x")</script>'


@pytest.fixture
def desk(sandbox):
    sandbox.feedbackapi.change(insert={
        "locations": [{"id": "here", "name": NASTY}],
        "accounts": [{"id": "acc", "name": "Savastano", "active": True, "max_users": 3}],
        "customers": [{"id": "jane", "email": "jane6@example.com", "opt_out": False, "invalid": False,
                       "locations": ["here"]}],
    })  # fmt: skip
    return Desk(sandbox)


class Desk:
    def __init__(self, sandbox):
        self.url = f"{sandbox.url}/feedbackapi/desk"

    def text(self, **query):
        return requests.get(self.url, params=query, timeout=5).text

    def post(self, **form):
        return requests.post(self.url, data=form, timeout=5, allow_redirects=False)

    def form(self, *words):
        """The values of the first form that has these words, as a browser would send them."""
        forms = re.findall(r"<form method=\"post\">.*?</form>", self.text())
        (html,) = [form for form in forms if all(word in form for word in words)][:1]
        pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html)
        pairs += re.findall(r'<input name="(\w+)" value="([^"]*)">', html)
        pairs += [(name, "on") for name in re.findall(r'type="checkbox" name="(\w+)" checked', html)]
        values = {}
        for name, value in pairs:
            values.setdefault(name, []).append(unescape(value))
        return values


def test_an_admin_there_changes_a_place_and_the_rest_stays(desk, ask):
    place = desk.form("<code>here</code>")
    assert place["name"] == [NASTY]
    answer = desk.post(**place | {"deed": "edit", "address_line_1": "2 New Street"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/feedbackapi/desk")
    row = ask("locations/here").json()
    assert (row["name"], row["address_line_1"], row["postal_code"]) == (NASTY, "2 New Street", None)
    assert NASTY not in desk.text()


def test_boxes_and_numbers_are_read(desk, ask):
    account = desk.form("<code>acc</code>")
    desk.post(**{name: value for name, value in account.items() if name != "active"}, deed="edit")
    assert ask("accounts/acc").json()["active"] is False and ask("accounts/acc").json()["max_users"] == 3
    desk.post(**desk.form("<code>jane</code>"), opt_out="on", deed="edit")
    assert ask("customers/jane").json()["opt_out"] is True
    assert desk.post(**account | {"deed": "edit", "max_users": "many"}).status_code == 400


def test_one_is_found_by_a_part_of_its_name_and_may_be_deleted(desk, ask):
    assert "jane6@example.com" in desk.text(q="JANE6")
    assert "jane6@example.com" not in desk.text(q="nobody")
    desk.post(resource="customers", id="jane", deed="remove")
    assert ask("customers/jane").status_code == 404


def test_a_customer_answers_writes_a_review_and_time_passes(desk, ask):
    body = {"subscriber": "jane", "template": "dfar5V", "location": "here"}
    asked = ask("feedback-request", json=body).json()
    waiting = desk.form("jane6@example.com, email")
    desk.post(**waiting | {"deed": "answer", "score": "false", "comments": "No."})
    answer = ask(f"feedback-request/{asked['id']}").json()["feedback"]
    assert (answer["happy"], answer["comments"]) == (False, "No.")
    desk.post(deed="review", location="here", rating="2", title="Hm", description=NASTY)
    assert [row["description"] for row in ask("reviews").json()["data"]] == [NASTY]
    desk.post(deed="advance", hours="24")
    assert "21 November" in desk.text()


def test_an_invited_person_accepts(desk, ask):
    ask("users", json={"email": "carol@example.com"})
    desk.post(**desk.form("carol@example.com"), deed="accept")
    assert [user["email"] for user in ask("users").json()["data"]] == ["carol@example.com"]


SENSELESS = (
    {}, {"deed": "edit"}, {"deed": "edit", "resource": "users"}, {"deed": "edit", "resource": "locations", "id": "x"},
    {"deed": "remove"}, {"deed": "answer", "id": "x"}, {"deed": "review"}, {"deed": "advance"}, {"deed": "accept"},
)  # fmt: skip


def test_what_makes_no_sense_is_refused(desk):
    assert {desk.post(**form).status_code for form in SENSELESS} == {400}
