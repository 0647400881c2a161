"""When a survey may go: an account's own rule, the one for all, the defaults."""

from datetime import time

import pytest

from feedback.models import SurveyRule
from feedback.survey_rules import rule_for

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_an_accounts_own_rule_goes_before_the_one_for_all_and_that_before_the_defaults(world):
    assert rule_for(world.northwind).cool_down_days == 30
    assert rule_for(world.northwind).quiet_from == time(21)
    SurveyRule.objects.create(cool_down_days=10)
    SurveyRule.objects.create(account=world.northwind, cool_down_days=90)
    assert rule_for(world.northwind).cool_down_days == 90
    assert rule_for(world.blue_oak).cool_down_days == 10
    assert rule_for(None).cool_down_days == 10
