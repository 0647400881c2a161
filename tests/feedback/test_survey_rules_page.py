"""The page of survey rules: the one for all, an account's own, what they refuse."""

from datetime import time

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from feedback.models import SurveyRule
from feedback.survey_rules import rule_for

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FIELDS = {
    "cool_down_days": "14",
    "quiet_from": "20:00",
    "quiet_until": "08:30",
    "delay_minutes": "15",
    "asks_after": ["reached", "callback"],
}


def page(client):
    return client.get(reverse("feedback:survey_rules")).content.decode()


def test_before_anybody_wrote_one_the_page_shows_what_holds(as_admin):
    shown = page(as_admin)
    assert "Nobody has changed these values yet" in shown and "30 days" in shown and "21:00 to 09:00" in shown
    assert "<dd>Reached</dd>" in shown and "not at all" in shown


def test_the_rule_for_all_is_changed_and_it_is_written_down_from_what_to_what(as_admin, world):
    address = reverse("feedback:survey_rule_for_all")
    assert 'value="21:00"' in as_admin.get(address).content.decode()
    assert as_admin.post(address, FIELDS)["Location"] == reverse("feedback:survey_rules")
    as_admin.post(address, FIELDS | {"asks_after": []})
    rule = SurveyRule.objects.get()
    assert (rule.cool_down_days, rule.quiet_until, rule.delay_minutes, rule.asks_after) == (14, time(8, 30), 15, [])
    first, second = AuditEntry.objects.order_by("pk")
    assert first.changes["cool_down_days"] == ["30", "14"] and first.changes["quiet_from"] == ["21:00", "20:00"]
    assert second.changes == {"asks_after": [["Reached", "Call back"], []]}


def test_an_account_gets_its_own_rule_begun_with_the_one_for_all_and_gives_it_up_again(as_admin, world):
    SurveyRule.objects.create(cool_down_days=10)
    new = reverse("feedback:survey_rule_new")
    assert 'value="10"' in as_admin.get(new).content.decode()
    as_admin.post(new, FIELDS | {"account": world.northwind.pk})
    assert rule_for(world.northwind).cool_down_days == 14 and rule_for(world.blue_oak).cool_down_days == 10
    own = SurveyRule.objects.get(account=world.northwind)
    assert "Northwind Dental" in page(as_admin) and "14 days" in page(as_admin)
    again = as_admin.post(new, FIELDS | {"account": world.northwind.pk})
    assert again.status_code == 422 and list(again.context["form"].errors) == ["account"]
    as_admin.post(reverse("feedback:survey_rule", args=[own.pk]), FIELDS | {"cool_down_days": "7"})
    assert rule_for(world.northwind).cool_down_days == 7
    remove = reverse("feedback:survey_rule_remove", args=[own.pk])
    assert "10 days" in as_admin.get(remove).content.decode()
    as_admin.post(remove)
    assert rule_for(world.northwind).cool_down_days == 10


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cool_down_days", "-1"),
        ("cool_down_days", "366"),
        ("quiet_from", "25:00"),
        ("quiet_until", ""),
        ("delay_minutes", "10081"),
        ("asks_after", "melted"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(as_admin, field, value):
    answer = as_admin.post(reverse("feedback:survey_rule_for_all"), FIELDS | {field: value})
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    assert not SurveyRule.objects.exists()


def test_the_rule_for_all_is_not_removed_and_the_page_costs_the_same_for_one_and_many(
    as_admin, world, django_assert_num_queries
):
    for_all = SurveyRule.objects.create()
    for rows in ([world.northwind], [world.blue_oak]):
        for account in rows:
            SurveyRule.objects.create(account=account)
        with django_assert_num_queries(3):  # session, user · rules with their accounts
            page(as_admin)
    assert as_admin.post(reverse("feedback:survey_rule_remove", args=[for_all.pk])).status_code == 404
