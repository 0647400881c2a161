"""The weekly report: when it comes, what it would say, and what was sent."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import mail
from accounts.access import for_supervisors
from accounts.choices import LetterState
from feedback import paging
from feedback.access import get_report
from feedback.models import Report
from feedback.reports import sending, weekly
from feedback.reports.forms import WishForm

AGAIN_AFTER = timedelta(minutes=1)  # a second press is a slip
BEHIND = "So much has changed that the figures are being counted anew. Try again in a minute."
NO_LOCATION = "You see no location yet, so there is nothing to report."


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def index(request):
    """When it comes, and what was sent."""
    wish = sending.wish_of(request.user)
    form = WishForm(request.POST if request.method == "POST" else None, instance=wish)
    if request.method == "POST" and form.is_valid():
        sending.save_wish(request.user, form.cleaned_data)
        messages.success(request, "Saved." if form.cleaned_data["is_on"] else "Saved: no report comes by itself.")
        return redirect("feedback:reports")
    sent = Report.objects.filter(user=request.user).select_related("letter")
    context = {
        "form": form,
        "page": paging.page(sent, request.GET.get("cursor", ""), by="made_at"),
        "week": sending.last_week_of(request.user),
        "failing": sending.failing(request.user),
    }
    return render(request, "feedback/reports/index.html", context, status=422 if form.errors else 200)


@for_supervisors
@require_GET
def preview(request):
    """What the report of the last whole week says now. Nothing is sent or kept."""
    week = sending.last_week_of(request.user)
    try:
        told = weekly.tell(request.user, week)
    except weekly.Behind:
        messages.error(request, BEHIND)
        return redirect("feedback:reports")
    return render(request, "feedback/reports/one.html", {"told": weekly.dated(told), "week": week})


@for_supervisors
@require_POST
def now(request):
    """One by mail, now."""
    just = timezone.now() - AGAIN_AFTER
    if Report.objects.filter(user=request.user, was_asked_for=True, made_at__gte=just).exists():
        messages.info(request, "One is on its way already.")
        return redirect("feedback:reports")
    try:
        report = sending.send(request.user, sending.last_week_of(request.user), asked_for=True)
    except weekly.Behind:
        messages.error(request, BEHIND)
        return redirect("feedback:reports")
    if report is None:
        messages.error(request, NO_LOCATION)
        return redirect("feedback:reports")
    messages.success(request, "The report is on its way to your mailbox.")
    return redirect("feedback:report", pk=report.pk)


@for_supervisors
@require_GET
def one(request, pk):
    """A report as it was told, to whom it was told."""
    report = get_report(request.user, pk)
    if not sending.may_still_see(request.user, report):
        raise Http404("It tells of locations this person does not see any more.")
    context = {"report": report, "told": weekly.dated(report.told), "week": report.week, "state": _state(report)}
    return render(request, "feedback/reports/one.html", context)


def _state(report):
    return LetterState(report.letter.state) if report.letter else None


@for_supervisors
@require_POST
def send_again(request, pk):
    """A letter that was not sent, or may not have arrived, goes once more."""
    report = get_report(request.user, pk)
    if not sending.may_still_see(request.user, report):
        raise Http404("It tells of locations this person does not see any more.")
    if report.letter and mail.send_again(report.letter):
        messages.success(request, "It is on its way again.")
    else:
        messages.info(request, "There is nothing to send again: it was sent, or is on its way.")
    return redirect("feedback:report", pk=report.pk)
