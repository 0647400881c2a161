"""Alerts: what is open now, what was, each one; and the thresholds that open them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_supervisors
from accounts.rule_pages import READ_AND_POST, posted
from feedback import paging
from feedback.access import get_alert, get_alert_rule
from feedback.alerts import rules, selectors, words
from feedback.alerts.check import HELD_IN_WORDS
from feedback.alerts.forms import RuleForm
from feedback.alerts.tell import may_be_told
from feedback.models import AlertRule


@for_supervisors
@require_GET
def index(request):
    """The open ones, and those that are over, newest first."""
    page = paging.page(selectors.ended_alerts(request.user), request.GET.get("cursor", ""), by="opened_at")
    context = {
        "open": [selectors.Shown.of(one) for one in selectors.open_alerts(request.user)],
        "page": page,
        "over": [selectors.Shown.of(one) for one in page.rows],
        "held": HELD_IN_WORDS,
    }
    return render(request, f"feedback/alerts/{'_' if request.htmx else ''}index.html", context)


@for_supervisors
@require_GET
def one(request, pk):
    """One alert: the value then and now, its base and threshold, since when, and where the number is opened."""
    alert = get_alert(request.user, pk)
    metric = words.metric_of(alert.rule)
    context = {
        "one": selectors.Shown.of(alert),
        "metric": metric,
        "receipt": words.receipt(alert),
        "told": list(may_be_told(alert.location).filter(pk__in=alert.rule.mailed.values("pk"))),
        "held": HELD_IN_WORDS,
    }
    return render(request, "feedback/alerts/one.html", context)


@for_supervisors
@require_GET
def banner(request):
    """The open ones in a line, for pages on the right and left of this one. Without htmx: the alerts themselves."""
    if not request.htmx:
        return redirect("feedback:alerts")
    found = selectors.open_alerts(request.user)
    shown = [(one, words.sentence(one)) for one in found[: selectors.BANNER_SHOWS]]
    return render(request, "feedback/alerts/_banner.html", {"shown": shown, "more": len(found) - len(shown)})


@for_supervisors
@require_GET
def thresholds(request):
    """Every threshold this person may see."""
    context = {"rules": selectors.rule_rows(request.user), "held": HELD_IN_WORDS}
    return render(request, "feedback/alerts/rules.html", context)


@for_supervisors
@require_http_methods(READ_AND_POST)
def new(request):
    """A new threshold; `metric` and `location` may stand in the address."""
    first = {"metric": request.GET.get("metric", ""), "place": request.GET.get("location", "")}
    return _edit(request, RuleForm(posted(request), user=request.user, instance=AlertRule(), initial=first))


@for_supervisors
@require_http_methods(READ_AND_POST)
def edit(request, pk):
    rule = get_alert_rule(request.user, pk)
    return _edit(request, RuleForm(posted(request), user=request.user, instance=rule))


def _edit(request, form):
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        return redirect("feedback:alert_rules")
    rule = form.instance
    context = {"form": form, "rule": rule, "is_new": rule.pk is None}
    if rule.pk:
        context["says"] = rules.title(rule)
    return render(request, "feedback/alerts/rule.html", context, status=422 if form.errors else 200)


def _saved(request, form):
    rule = form.save(commit=False)
    try:
        rules.save(request.user, rule, form.cleaned_data["mailed"], form.changes)
    except rules.Known as known:
        form.add_error(None, str(known))
        return False
    messages.success(request, f"Saved: {rules.in_words(rule)}. It is looked at within five minutes.")
    return True


@for_supervisors
@require_http_methods(READ_AND_POST)
def remove(request, pk):
    """Asks on GET."""
    rule = get_alert_rule(request.user, pk)
    if request.method != "POST":
        return render(request, "feedback/alerts/remove.html", {"rule": rule, "says": rules.in_words(rule)})
    rules.remove(request.user, rule)
    messages.success(request, f"Removed: {rules.in_words(rule)}.")
    return redirect("feedback:alert_rules")


@for_supervisors
@require_POST
def mail(request, pk):
    """Whether the mails of a threshold come to me."""
    rule = get_alert_rule(request.user, pk, to_change=False)
    wanted = request.POST.get("wanted") == "yes"
    rules.tell_me(request.user, rule, wanted)
    says = "You get a mail when it opens and when it has recovered." if wanted else "You get no mail of it any more."
    messages.success(request, says)
    return redirect("feedback:alert_rules")
