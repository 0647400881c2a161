"""One planned call: planning it from a customer's or a call's page, moving it, giving it to somebody, cancelling it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls import desk
from calls.access import get_call, get_callback, may_change
from calls.callback_forms import CallbackForm, OwnerForm, intent_of
from calls.callback_when import ANYONE, MINE, typed_of
from calls.services import callbacks
from calls.services.callbacks import CannotChange, CannotPlan, Whom
from calls.templatetags.callbacks import callback_line
from customers.access import get_customer, if_seen

READ_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(READ_AND_POST)
def for_customer(request, pk):
    """Plan a call to a customer."""
    customer = get_customer(request.user, pk)
    return _planned(request, Whom.of_customer(customer), str(customer), reverse("calls:customer_desk", args=[pk]))


@require_http_methods(READ_AND_POST)
def for_call(request, pk):
    """Plan a call to whom a call was with, beside its wrap-up."""
    call = get_call(request.user, pk)
    who = str(call.customer or call.number or f"ticket {call.ticket_id}")
    return _planned(request, Whom.of_call(call), who, reverse("calls:detail", args=[pk]), call)


@require_safe
def planned(request, pk):
    """What is planned about whom a call was with, asked for again when its wrap-up is saved."""
    call = get_call(request.user, pk)
    person = desk.person(request.user, if_seen(request.user, call.customer), call.number, without=call)
    return render(request, "calls/_planned.html", {"call": call, "person": person})


def _planned(request, whom, who, back, call=None):
    form = CallbackForm(request.POST if request.method == "POST" else None, whom)
    if request.method == "POST" and form.is_valid() and _promised(request, form, whom, call):
        return redirect(back)
    intent = request.POST.get("intent", "")[:40] or intent_of(request.user).partition("-")[2]
    context = {"form": form, "when": form.when, "who": who, "back": back, "intent": intent}
    context["nobody"] = not (whom.number or whom.ticket_id)
    return render(request, "calls/callback_new.html", context, status=422 if form.errors else 200)


def _promised(request, form, whom, call):
    try:
        row = callbacks.promise(
            request.user, whom, form.wish(request.user), intent_of(request.user, request.POST), from_call=call
        )
    except CannotPlan as cannot:
        form.add_error("callback", str(cannot))
        return False
    messages.success(request, f"Kept. {callback_line(row)} {row.moved}".strip())
    return True


@require_http_methods(READ_AND_POST)
def one(request, pk):
    """A callback with its history; posted: another time."""
    row = get_callback(request.user, pk)
    if request.method == "POST":
        may_change(request.user, row)
    form = CallbackForm(request.POST if request.method == "POST" else None, callbacks.whom_of(row), row.promised_at)
    if request.method == "POST" and form.is_valid() and _moved(request, form, row):
        return redirect("calls:callback", row.pk)
    if not form.is_bound:
        form.when.typed = _as_typed(row)
    return _shown(request, row, form, 422 if form.errors else 200)


def _as_typed(row):
    wish = {"at": row.promised_at.isoformat(), "owner": MINE if row.owner_id else ANYONE, "note": row.note}
    return typed_of(wish, callbacks.whom_of(row))


def _moved(request, form, row):
    wish = form.wish(request.user)
    try:
        row = callbacks.move(row, request.user, wish.at, wish.note)
    except CannotPlan as cannot:
        form.add_error("callback", str(cannot))
        return False
    except CannotChange as cannot:
        form.add_error(None, str(cannot))
        return False
    messages.success(request, f"Changed. {callback_line(row)} {row.moved}".strip())
    return True


def _shown(request, row, form, status=200):
    context = {
        "row": row,
        "form": form,
        "when": form.when,
        "owner_form": OwnerForm(row=row, user=request.user),
        "events": row.events.select_related("by"),
        "taken": row.taken[0] if row.taken else None,
        "can_change": may_change(request.user, row, ask=True),
    }
    return render(request, "calls/callback.html", context, status=status)


@require_POST
def give(request, pk):
    """Make it a colleague's, one's own, or anyone's."""
    row = get_callback(request.user, pk)
    may_change(request.user, row)
    form = OwnerForm(request.POST, row=row, user=request.user)
    if form.is_valid():
        try:
            row = callbacks.give(row, request.user, form.cleaned_data["owner"])
            messages.success(request, f"It is {row.owner}’s now." if row.owner else "It is anyone’s now.")
        except CannotChange as cannot:
            messages.error(request, str(cannot))
    else:
        messages.error(request, "Choose somebody from the list.")
    return redirect("calls:callback", row.pk)


@require_http_methods(READ_AND_POST)
def cancel(request, pk):
    """Asks on GET why; on POST nobody is called any more."""
    row = get_callback(request.user, pk)
    may_change(request.user, row)
    problem = ""
    if request.method == "POST":
        try:
            callbacks.cancel(row, request.user, request.POST.get("reason", ""))
        except CannotChange as cannot:
            problem = str(cannot)
        else:
            messages.success(request, "Cancelled. Nobody calls them back.")
            return redirect("calls:callbacks")
    context = {"row": row, "problem": problem, "reason": request.POST.get("reason", "")}
    return render(request, "calls/callback_cancel.html", context, status=422 if problem else 200)
