"""The pages of calling rules: the one for everybody, a country's, an account's, what they refuse."""

from datetime import time

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from customers.hours import Book
from customers.models import CallingRule

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WEEKDAYS = {f"day{day}_{word}": at for day in range(5) for word, at in (("from", "09:00"), ("until", "20:00"))}
FIELDS = WEEKDAYS | {"day5_from": "10:00", "day5_until": "16:00", "most_a_day": "3"}


@pytest.fixture(autouse=True)
def daytime(settings):
    settings.CALLING_HOURS, settings.CALLS_A_DAY = ("08:00", "21:00"), 5


def page(client):
    return client.get(reverse("customers:calling_rules")).content.decode()


def test_before_anybody_wrote_one_the_page_shows_what_holds(as_admin):
    shown = page(as_admin)
    assert "Nobody has changed these values yet" in shown and "at most 5 a day" in shown
    assert "<dt>Monday to Sunday</dt><dd>08:00 to 21:00</dd>" in shown


def test_the_rule_for_everybody_is_changed_and_it_is_written_down_from_what_to_what(as_admin):
    address = reverse("customers:calling_rule_for_all")
    assert as_admin.get(address).content.decode().count('value="08:00"') == 7
    assert as_admin.post(address, FIELDS)["Location"] == reverse("customers:calling_rules")
    rule = CallingRule.objects.get()
    assert rule.week == [["09:00", "20:00"]] * 5 + [["10:00", "16:00"], None] and rule.most_a_day == 3
    shown = page(as_admin)
    for words in ("Monday to Friday</dt><dd>09:00 to 20:00", "Saturday</dt><dd>10:00 to", "Sunday</dt><dd>no calls"):
        assert words in shown
    entry = AuditEntry.objects.get()
    assert entry.changes == {
        "most_a_day": ["5", "3"],
        "week": [
            "Monday to Sunday 08:00 to 21:00",
            "Monday to Friday 09:00 to 20:00; Saturday 10:00 to 16:00; Sunday no calls",
        ],
    }


def test_a_country_and_an_account_get_rules_of_their_own_and_give_them_up_again(as_admin, world):
    new = reverse("customers:calling_rule_new")
    pause = {"rest_from": "13:00", "rest_until": "14:00", "supervisor_may": "on"}
    as_admin.post(new, FIELDS | pause | {"country": "FR"})
    as_admin.post(new, FIELDS | {"account": world.northwind.pk, "most_a_day": ""})
    french, own = CallingRule.objects.order_by("pk")
    assert (french.country, french.rest_from, french.supervisor_may) == ("FR", time(13), True)
    assert (own.account, own.most_a_day) == (world.northwind, None)
    shown = page(as_admin)
    assert shown.index("France") < shown.index("Northwind Dental") and "13:00 to 14:00" in shown
    edit = reverse("customers:calling_rule", args=[french.pk])
    as_admin.post(edit, FIELDS | pause | {"rest_until": "15:00"})
    assert Book().law("FR").rest_until == time(15)
    remove = reverse("customers:calling_rule_remove", args=[french.pk])
    assert "08:00 to 21:00" in as_admin.get(remove).content.decode()
    as_admin.post(remove)
    assert [rule.of_whom for rule in CallingRule.objects.all()] == ["Northwind Dental"]
    assert AuditEntry.objects.filter(deed="removed a calling rule").exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day0_until": ""}, "day0_until"),
        ({"day2_from": ""}, "day2_from"),
        ({"day1_from": "25:00"}, "day1_from"),
        ({"rest_from": "13:00"}, "rest_until"),
        ({"rest_from": "14:00", "rest_until": "13:00"}, "rest_until"),
        ({"most_a_day": "51"}, "most_a_day"),
        ({"most_a_day": "many"}, "most_a_day"),
        ({"country": ""}, "country"),
        ({"country": "XX"}, "country"),
        ({"account": "12345"}, "account"),
        ({name: "" for name in FIELDS}, "__all__"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_stays_typed(as_admin, world, wrong, field):
    answer = as_admin.post(reverse("customers:calling_rule_new"), FIELDS | {"country": "FR"} | wrong)
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not CallingRule.objects.exists()
    assert wrong.get("day5_until") == "" or 'value="16:00"' in answer.content.decode()


def test_a_country_and_an_account_at_once_is_one_too_many(as_admin, world):
    both = FIELDS | {"country": "FR", "account": world.northwind.pk}
    answer = as_admin.post(reverse("customers:calling_rule_new"), both)
    assert answer.context["form"].errors["country"] == ["Choose a country or an account, one of the two."]


def test_hours_past_midnight_and_all_day_are_shown_as_they_are(as_admin):
    CallingRule.objects.create(week=[["20:00", "02:00"], ["00:00", "00:00"], ["08:00", "24:00"], *[None] * 4])
    shown = page(as_admin)
    for words in ("20:00 to 02:00", "all day", "08:00 to 24:00"):
        assert words in shown


def test_a_rule_written_meanwhile_by_somebody_else_is_said(as_admin, monkeypatch):
    address = reverse("customers:calling_rule_for_all")
    begun = Book().for_all
    CallingRule.objects.create(week=[None] * 7)
    monkeypatch.setattr(Book, "for_all", begun)
    answer = as_admin.post(address, FIELDS)
    assert answer.status_code == 422 and "Somebody else has just written this rule" in answer.content.decode()
