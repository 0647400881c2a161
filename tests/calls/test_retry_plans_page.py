"""The pages of when people are tried again: the plan for all, an account's own, what they refuse."""

import pytest
from django.urls import reverse

from calls.models import RetryPlan
from calls.retry_plans import plan_for

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FIELDS = {"tries": "4", "busy": "", "no_answer": "", "voicemail": "", "failed": "", "release_minutes": "45"}


def page(client):
    return client.get(reverse("calls:retry_plans")).content.decode()


def test_the_plan_for_all_holds_before_anybody_wrote_one_and_is_changed(as_admin):
    assert page(as_admin) and not RetryPlan.objects.exists()
    assert as_admin.post(reverse("calls:retry_plan_for_all"), FIELDS)["Location"] == reverse("calls:retry_plans")
    assert (plan_for(None).tries, plan_for(None).release_minutes) == (4, 45)


def test_an_account_gets_its_own_plan_begun_with_the_one_for_all_and_gives_it_up_again(as_admin, world):
    RetryPlan.objects.create(tries=5)
    new = reverse("calls:retry_plan_new")
    assert 'name="tries" value="5"' in as_admin.get(new).content.decode()
    as_admin.post(new, FIELDS | {"account": world.northwind.pk})
    assert (plan_for(world.northwind).tries, plan_for(world.blue_oak).tries) == (4, 5)
    assert "Northwind Dental" in page(as_admin)
    own = RetryPlan.objects.get(account=world.northwind)
    remove = reverse("calls:retry_plan_remove", args=[own.pk])
    assert as_admin.get(remove).status_code == 200 and RetryPlan.objects.count() == 2
    answer = as_admin.post(remove, follow=True)
    assert "Northwind Dental follows the plan for all accounts again." in answer.content.decode()
    assert plan_for(world.northwind).tries == 5


@pytest.mark.parametrize("wrong", [{"tries": "0"}, {"tries": "11"}, {"release_minutes": "x"}, {"busy": "never"}])
def test_what_cannot_be_gets_a_sentence_at_its_field(as_admin, wrong):
    answer = as_admin.post(reverse("calls:retry_plan_for_all"), FIELDS | wrong)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == list(wrong)
    assert not RetryPlan.objects.exists()
