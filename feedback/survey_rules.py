"""When a survey may go: the rule of a client account, the one for all, or what holds before anybody wrote one."""

from django.db.models import F, Q

from feedback.models import SurveyRule


def rule_for(account):
    """The SurveyRule of a ClientAccount (None: of nobody's): its own, else the one for all accounts.

    Where neither is written down it is an unsaved SurveyRule with the default values. One query.
    """
    written = SurveyRule.objects.filter(Q(account=account) | Q(account=None))
    return written.order_by(F("account").asc(nulls_last=True)).first() or SurveyRule()
