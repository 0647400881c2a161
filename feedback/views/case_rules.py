"""What opens a case: the rule for all accounts, and those of accounts that want it otherwise."""

from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import for_admins
from accounts.rule_pages import READ_AND_POST, RulePages, posted
from feedback.access import get_case_rule
from feedback.cases.forms import CaseRuleForm, NewCaseRuleForm
from feedback.cases.rules import rule_for
from feedback.models import CaseRule

PAGES = RulePages(
    word="rule",
    template="feedback/cases/rule.html",
    back="feedback:case_rules",
    changed="changed what opens a case",
    removed="removed a case rule",
    said=lambda rule: f"Saved: what opens a case for {rule.account or 'all accounts'}.",
)


@for_admins
@require_GET
def index(request):
    """The rule for all first, also while nobody has written one; then the accounts' own by name."""
    return PAGES.index(request, "feedback/cases/rules.html", CaseRule)


@for_admins
@require_http_methods(READ_AND_POST)
def for_all(request):
    """The rule for all accounts."""
    rule = CaseRule.objects.filter(account=None).first() or CaseRule()
    return PAGES.edit(request, CaseRuleForm(posted(request), instance=rule))


@for_admins
@require_http_methods(READ_AND_POST)
def new(request):
    """An account's own rule; it begins as the one for all."""
    return PAGES.new(request, NewCaseRuleForm, rule_for(None))


@for_admins
@require_http_methods(READ_AND_POST)
def edit(request, pk):
    """An account's own rule."""
    return PAGES.edit(request, CaseRuleForm(posted(request), instance=get_case_rule(request.user, pk)))


@for_admins
@require_http_methods(READ_AND_POST)
def remove(request, pk):
    """Asks on GET; on POST the account follows the rule for all again."""
    rule = get_case_rule(request.user, pk)
    said = f"{rule.account} follows the rule for all accounts again."
    return PAGES.remove(request, rule, "feedback/cases/rule_remove.html", rule_for(None), said)
