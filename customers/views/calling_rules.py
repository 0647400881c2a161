"""When and how often people may be called: for all, by country, and for accounts that want less."""

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import for_admins
from accounts.rule_pages import READ_AND_POST, RulePages, posted
from customers import hours
from customers.access import get_calling_rule
from customers.hours_forms import CallingRuleForm, NewCallingRuleForm
from customers.models import CallingRule

PAGES = RulePages(
    word="rule",
    template="customers/calling_rule.html",
    back="customers:calling_rules",
    changed="changed when people may be called",
    removed="removed a calling rule",
    said=lambda rule: f"Saved: when people may be called, {rule.of_whom}.",
)


@for_admins
@require_GET
def index(request):
    """The rule for all first, also while nobody has written one; then countries, then accounts by name."""
    written = CallingRule.objects.select_related("account").exclude(account=None, country="")
    own = sorted(written, key=lambda rule: (rule.account_id is not None, rule.of_whom))
    return render(request, "customers/calling_rules.html", {"for_all": hours.Book().for_all, "own": own})


@for_admins
@require_http_methods(READ_AND_POST)
def for_all(request):
    """The rule where a country has none of its own."""
    return PAGES.edit(request, CallingRuleForm(posted(request), instance=hours.Book().for_all))


@for_admins
@require_http_methods(READ_AND_POST)
def new(request):
    """A country's or an account's own rule; it begins as the one for all."""
    return PAGES.new(request, NewCallingRuleForm, hours.Book().for_all)


@for_admins
@require_http_methods(READ_AND_POST)
def edit(request, pk):
    """A country's or an account's own rule."""
    return PAGES.edit(request, CallingRuleForm(posted(request), instance=get_calling_rule(request.user, pk)))


@for_admins
@require_http_methods(READ_AND_POST)
def remove(request, pk):
    """Asks on GET; on POST the rule is gone."""
    rule = get_calling_rule(request.user, pk)
    said = f"The calling rule of {rule.of_whom} is gone."
    return PAGES.remove(request, rule, "customers/calling_rule_remove.html", hours.Book().for_all, said)
