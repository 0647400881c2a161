"""When people are tried again: the plan for all accounts, and those of accounts that want it otherwise."""

from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_admins
from accounts.rule_pages import READ_AND_POST, RulePages, posted
from calls.access import get_retry_plan
from calls.models import RetryPlan
from calls.retry_forms import NewPlanForm, PlanForm
from calls.retry_plans import plan_for

PAGES = RulePages(
    word="plan",
    template="calls/retry_plan.html",
    back="calls:retry_plans",
    changed="changed when people are tried again",
    removed="removed a retry plan",
    said=lambda plan: f"Saved: when people of {plan.account or 'all accounts'} are tried again.",
)


@for_admins
@require_safe
def index(request):
    """The plan for all first, also while nobody has written one; then the accounts' own by name."""
    return PAGES.index(request, "calls/retry_plans.html", RetryPlan)


@for_admins
@require_http_methods(READ_AND_POST)
def for_all(request):
    """The plan for all accounts."""
    return PAGES.edit(
        request, PlanForm(posted(request), instance=RetryPlan.objects.filter(account=None).first() or RetryPlan())
    )


@for_admins
@require_http_methods(READ_AND_POST)
def new(request):
    """An account's own plan; it begins as the one for all."""
    return PAGES.new(request, NewPlanForm, plan_for(None))


@for_admins
@require_http_methods(READ_AND_POST)
def edit(request, pk):
    """An account's own plan."""
    return PAGES.edit(request, PlanForm(posted(request), instance=get_retry_plan(request.user, pk)))


@for_admins
@require_http_methods(READ_AND_POST)
def remove(request, pk):
    """Asks on GET; on POST the account follows the plan for all again."""
    plan = get_retry_plan(request.user, pk)
    said = f"{plan.account} follows the plan for all accounts again."
    return PAGES.remove(request, plan, "calls/retry_plan_remove.html", plan_for(None), said)
