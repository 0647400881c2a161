"""When a survey may go: the rule for all accounts, and those of accounts that want it otherwise."""

from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import for_admins
from accounts.rule_pages import READ_AND_POST, RulePages, posted
from feedback.access import get_survey_rule
from feedback.models import SurveyRule
from feedback.survey_forms import NewRuleForm, RuleForm
from feedback.survey_rules import rule_for

PAGES = RulePages(
    word="rule",
    template="feedback/survey_rule.html",
    back="feedback:survey_rules",
    changed="changed when surveys may go",
    removed="removed a survey rule",
    said=lambda rule: f"Saved: when surveys of {rule.account or 'all accounts'} may go.",
)


@for_admins
@require_GET
def index(request):
    """The rule for all first, also while nobody has written one; then the accounts' own by name."""
    return PAGES.index(request, "feedback/survey_rules.html", SurveyRule)


@for_admins
@require_http_methods(READ_AND_POST)
def for_all(request):
    """The rule for all accounts."""
    return PAGES.edit(
        request, RuleForm(posted(request), instance=SurveyRule.objects.filter(account=None).first() or SurveyRule())
    )


@for_admins
@require_http_methods(READ_AND_POST)
def new(request):
    """An account's own rule; it begins as the one for all."""
    return PAGES.new(request, NewRuleForm, rule_for(None))


@for_admins
@require_http_methods(READ_AND_POST)
def edit(request, pk):
    """An account's own rule."""
    return PAGES.edit(request, RuleForm(posted(request), instance=get_survey_rule(request.user, pk)))


@for_admins
@require_http_methods(READ_AND_POST)
def remove(request, pk):
    """Asks on GET; on POST the account follows the rule for all again."""
    rule = get_survey_rule(request.user, pk)
    said = f"{rule.account} follows the rule for all accounts again."
    return PAGES.remove(request, rule, "feedback/survey_rule_remove.html", rule_for(None), said)
