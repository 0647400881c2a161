"""The pages of what opens a case: the rule for all, an account's own, what they refuse."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from feedback.cases.rules import rule_for
from feedback.models import CaseRule

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FIELDS = {
    "nps_up_to": "4",
    "stars_up_to": "1",
    "unhappy": "on",
    "review_up_to": "",
    "quality_up_to": "2",
    "grace_minutes": "5",
    "fresh_days": "7",
    "clock_hours": "24",
    "assign_hours": "2",
    "contact_hours": "12",
    "follow_up": "on",
}


def page(client):
    return client.get(reverse("feedback:case_rules")).content.decode()


def test_before_anybody_wrote_one_the_page_shows_what_holds(as_admin):
    shown = page(as_admin)
    assert "Nobody has changed these values yet" in shown and "NPS 0 to 6" in shown and "within 48 hours" in shown


def test_the_rule_for_all_is_changed_and_it_is_written_down_from_what_to_what(as_admin):
    address = reverse("feedback:case_rule_for_all")
    assert as_admin.post(address, FIELDS)["Location"] == reverse("feedback:case_rules")
    assert "NPS 0 to 4" in page(as_admin) and "Public review" not in page(as_admin)
    changes = AuditEntry.objects.get().changes
    assert (changes["review_up_to"], changes["clock_hours"]) == (["3", "none"], ["48", "24"])
    as_admin.post(address, FIELDS | {"nps_up_to": "5"})
    assert CaseRule.objects.get().nps_up_to == 5


def test_an_account_gets_its_own_rule_begun_with_the_one_for_all_and_gives_it_up_again(as_admin, world):
    CaseRule.objects.create(nps_up_to=5)
    new = reverse("feedback:case_rule_new")
    assert 'name="nps_up_to" value="5"' in as_admin.get(new).content.decode()
    as_admin.post(new, FIELDS | {"account": world.northwind.pk})
    assert (rule_for(world.northwind).nps_up_to, rule_for(world.blue_oak).nps_up_to) == (4, 5)
    own = CaseRule.objects.get(account=world.northwind)
    assert "Northwind Dental" in page(as_admin) and "NPS 0 to 5" in page(as_admin)
    again = as_admin.post(new, FIELDS | {"account": world.northwind.pk})
    assert again.status_code == 422 and list(again.context["form"].errors) == ["account"]
    remove = reverse("feedback:case_rule_remove", args=[own.pk])
    assert "NPS 0 to 5" in as_admin.get(remove).content.decode()
    answer = as_admin.post(remove, follow=True)
    assert "Northwind Dental follows the rule for all accounts again." in answer.content.decode()
    assert CaseRule.objects.get().account is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"nps_up_to": "11"}, "nps_up_to"),
        ({"clock_hours": ""}, "clock_hours"),
        ({"contact_hours": "24"}, "contact_hours"),
        ({"grace_minutes": "soon"}, "grace_minutes"),
    ],
)
def test_what_cannot_be_gets_a_sentence_at_its_field_and_loses_nothing(as_admin, wrong, field):
    answer = as_admin.post(reverse("feedback:case_rule_for_all"), FIELDS | wrong)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    assert 'name="assign_hours" value="2"' in answer.content.decode() and not CaseRule.objects.exists()
