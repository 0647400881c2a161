"""The pages and the REST addresses of the do-not-call list."""

import csv
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from customers.models import DoNotCall
from customers.services import add_do_not_call, remove_do_not_call
from integrations.models import Connection
from integrations.outbox import deliver_due
from tests.doors import body as body_of
from tests.world import connection, fiction, make_number

pytestmark = pytest.mark.django_db
LIST, ADD, MANY = (reverse(f"customers:do_not_call{word}") for word in ("", "_add", "_many"))


@pytest.fixture(autouse=True)
def ccai(db):
    return connection("ccai")


@pytest.fixture
def three(world):
    """One for everybody, one for Northwind, one for the vets."""
    add_do_not_call(make_number(fiction(31)), None, world.admin, "by letter")
    add_do_not_call(make_number(fiction(32)), world.northwind, world.admin, "on a call")
    add_do_not_call(make_number(fiction(33)), world.blue_oak, world.admin, "by mail")


def shown(page):
    return {last for last in ("31", "32", "33") if f"212-555-01{last}" in page.content.decode()}


def test_each_sees_what_holds_for_their_accounts(three, as_admin, as_supervisor, as_elsewhere, as_agent):
    assert shown(as_admin.get(LIST)) == {"31", "32", "33"}
    assert shown(as_supervisor.get(LIST)) == {"31", "32"} and shown(as_elsewhere.get(LIST)) == {"31", "33"}
    assert as_agent.get(LIST).status_code == 403


def test_it_is_searched_by_number_reason_and_account_without_an_address_that_says_so(three, as_admin, world):
    assert shown(as_admin.post(LIST, {"q": "555 0132"})) == {"32"}
    assert shown(as_admin.post(LIST, {"q": "letter"})) == {"31"}
    assert shown(as_admin.post(LIST, {"account": world.blue_oak.pk})) == {"33"}
    assert "Nothing found" in as_admin.post(LIST, {"q": "nobody"}).content.decode()


def test_the_list_asks_the_database_as_often_with_many_as_with_few(
    three, as_admin, world, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12) as few:
        as_admin.get(LIST)
    for number in range(40, 60):
        add_do_not_call(make_number(fiction(number)), None, world.admin)
    with django_assert_num_queries(len(few)):
        as_admin.get(LIST)


def test_older_pages_follow_each_other(as_admin, world):
    for number in range(60):
        add_do_not_call(make_number(f"+121255502{number:02d}"), None, world.admin)
    first = as_admin.get(LIST).context["page"]
    second = as_admin.get(LIST, {"before": first.next}).context["page"]
    assert (len(first.rows), len(second.rows), second.next) == (50, 10, "")
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    assert as_admin.get(LIST, {"before": "9" * 30}).context["page"].is_first


def test_a_number_is_added_for_an_account_until_the_end_of_a_day(as_supervisor, world):
    day = timezone.localdate() + timedelta(days=5)
    posted = {
        "number": "(212) 555-0131",
        "account": world.northwind.pk,
        "until": f"{day:%Y-%m-%d}",
        "why": "on holiday",
    }
    assert as_supervisor.post(ADD, posted | {"why": "on holiday"})["Location"] == LIST
    entry = DoNotCall.objects.get()
    assert (entry.number.e164, entry.account, entry.why) == (fiction(31), world.northwind, "on holiday")
    assert entry.until.date() == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "911"}, "number"),
        ({"number": ""}, "number"),
        ({"why": " "}, "why"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "soon"}, "until"),
        ({"account": "999999"}, "account"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(as_admin, wrong, field):
    answer = as_admin.post(ADD, {"number": fiction(31), "why": "asked"} | wrong)
    assert answer.status_code == 422 and field in answer.context["form"].errors and not DoNotCall.objects.exists()


def test_another_supervisors_account_is_not_offered(as_supervisor, world):
    answer = as_supervisor.post(ADD, {"number": fiction(31), "why": "asked", "account": world.blue_oak.pk})
    assert answer.status_code == 422 and not DoNotCall.objects.exists()


def test_from_a_customers_page_their_number_is_filled_in(as_supervisor, world):
    desk = reverse("calls:customer_desk", args=[world.marta.pk])
    address = f"{ADD}?customer={world.marta.pk}"
    assert address in as_supervisor.get(desk).content.decode()
    assert "+1 212-555-0101" in as_supervisor.get(address).content.decode()
    assert as_supervisor.post(address, {"number": fiction(1), "why": "asked"})["Location"] == desk
    page = as_supervisor.get(desk).content.decode()
    assert "For everybody since" in page and "asked" in page


def test_taking_off_asks_first_says_what_stays_and_wants_a_reason(three, as_admin):
    entry = DoNotCall.objects.get(account=None)
    address = reverse("customers:do_not_call_remove", args=[entry.pk])
    assert "CCAI’s own list must be changed there" in as_admin.get(address).content.decode()
    assert as_admin.post(address, {"reason": ""}).status_code == 422
    assert as_admin.post(address, {"reason": "changed her mind"})["Location"] == LIST
    assert not DoNotCall.objects.filter(pk=entry.pk).exists()
    assert AuditEntry.objects.get(deed="took a number off do-not-call").reason == "changed her mind"


def test_where_ccai_takes_numbers_off_the_page_says_so(three, as_admin):
    Connection.objects.filter(vendor="ccai").update(options={"dnc_remove": True})
    address = reverse("customers:do_not_call_remove", args=[DoNotCall.objects.get(account=None).pk])
    assert "must be changed there" not in as_admin.get(address).content.decode()
    assert "is taken off there" in as_admin.get(LIST).content.decode()


PASTED = "number,name\n+1 212 555 0131,Ann\n(212) 555-0141; Bob\nnot a number\n212-555-0141\n911\n\n"


def test_many_are_looked_at_before_they_are_added(three, as_admin):
    looked = as_admin.post(MANY, {"numbers": PASTED, "why": "the list of May"})
    run = looked.context["run"]
    assert (run.new, run.known) == ([fiction(41)], [fiction(31)])
    assert [(number, line) for number, line, _ in run.unreadable] == [(4, "not a number"), (6, "911")]
    page = looked.content.decode()
    assert "1 number would be added" in page and "Line 4" in page and DoNotCall.objects.count() == 3
    confirmed = {"numbers": "\n".join(run.numbers), "why": "the list of May", "confirmed": "1"}
    assert as_admin.post(MANY, confirmed)["Location"] == LIST
    assert DoNotCall.objects.get(number__e164=fiction(41)).why == "the list of May" and DoNotCall.objects.count() == 4


def test_a_file_is_read_like_a_pasted_list(as_admin):
    file = SimpleUploadedFile("list.csv", b"\xef\xbb\xbf+12125550141\r\n+12125550142\r\n", "text/csv")
    run = as_admin.post(MANY, {"file": file, "why": "from the client"}).context["run"]
    assert run.new == [fiction(41), fiction(42)]


@pytest.mark.parametrize("numbers", ["", "\n".join(f"+1212{number:07d}" for number in range(5_550_000, 5_551_001))])
def test_nothing_and_too_many_are_said(as_admin, numbers):
    answer = as_admin.post(MANY, {"numbers": numbers, "why": "asked"})
    assert answer.status_code == 422 and "numbers" in answer.context["form"].errors


def test_the_file_of_the_list_holds_what_the_person_sees(three, as_supervisor):
    file = body_of(as_supervisor.get(reverse("customers:do_not_call_export"))).decode("utf-8-sig")
    rows = list(csv.reader(file.splitlines()))
    assert rows[0] == ["Number", "For", "Since", "Until", "By", "Why"]
    assert sorted((row[1], row[5]) for row in rows[1:]) == [
        ("Northwind Dental", "on a call"),
        ("everybody", "by letter"),
    ]


def test_ccais_list_is_looked_at_from_the_page_only_where_that_is_confirmed(as_admin, world):
    address = reverse("customers:ccai_list_look_up", args=[world.marta.phone_id])
    answer = as_admin.post(address, follow=True)
    assert "CCAI could not be asked" in answer.content.decode()


def test_a_row_offers_the_look_at_ccais_list_only_where_that_is_confirmed(three, as_admin):
    assert "Look up at CCAI" not in as_admin.get("/do-not-call/").content.decode()
    Connection.objects.filter(vendor="ccai").update(options={"dnc_check": True})
    assert as_admin.get("/do-not-call/").content.decode().count("Look up at CCAI") == 1, "not of an account's own entry"


def test_by_rest_it_is_listed_added_to_and_taken_from(three, api, world):
    client = api(world.supervisor)
    assert len(client.get("/api/v1/do-not-call/").json()["results"]) == 2
    (one,) = client.get("/api/v1/do-not-call/", {"number": fiction(31)}).json()["results"]
    assert (one["number"], one["account"], one["why"]) == (fiction(31), None, "by letter")
    body = {"number": "212 555 0141", "account": world.northwind.pk, "why": "by REST"}
    made = client.post("/api/v1/do-not-call/", body, format="json")
    assert made.status_code == 201 and made.json()["number"] == fiction(41)
    for wrong, param in (({"number": "911"}, "number"), ({"why": ""}, "why"), ({"nubmer": "1"}, "nubmer")):
        answer = client.post("/api/v1/do-not-call/", body | wrong, format="json")
        assert answer.status_code == 422 and answer.json()["param"] == param
    address = f"/api/v1/do-not-call/{made.json()['id']}/removal/"
    assert client.post(address, {}, format="json").json()["param"] == "reason"
    assert client.post(address, {"reason": "a mistake"}, format="json").json()["number"] == fiction(41)
    assert not DoNotCall.objects.filter(number__e164=fiction(41)).exists()
    hidden = DoNotCall.objects.get(account=world.blue_oak).pk
    assert client.post(f"/api/v1/do-not-call/{hidden}/removal/", {"reason": "x"}, format="json").status_code == 404
    for method in ("get", "post"):
        assert getattr(api(world.agent), method)("/api/v1/do-not-call/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_off_before_it_left_is_not_sent_and_what_is_put_back_is_told_again(world, sandbox):
    connection("ccai")
    number = make_number(fiction(30))
    first = add_do_not_call(number, None, world.admin, "by mistake")
    remove_do_not_call(first, world.admin, "a mistake")
    deliver_due(until_empty=True)
    first.delivery.refresh_from_db()
    number.refresh_from_db()
    assert (first.delivery.state, number.ccai_blocked_at) == ("not_applicable", None)
    for turn in (1, 2):
        entry = add_do_not_call(number, None, world.admin, "by letter")
        deliver_due(until_empty=True)
        entry.delivery.refresh_from_db()
        assert entry.delivery.state == "delivered" and entry.delivery.revision == turn + 1
        remove_do_not_call(entry, world.admin, "asked to be called again")


def test_a_day_past_every_calendar_is_said_beside_its_field(as_supervisor):
    page = as_supervisor.post("/do-not-call/add/", {"number": "212 555 0140", "why": "x", "until": "9999-12-31"})
    assert page.status_code == 422 and "too far ahead" in page.content.decode()
