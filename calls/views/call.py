"""The call page: who, what is going on, and what a person may decide about it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from calls import desk, selectors, services
from calls.access import get_call
from calls.choices import PLACES_CALLS, CallStatus, Provider
from calls.forms import CarrierForm, DialForm
from calls.views.flags import flags_context
from customers.access import if_seen
from customers.forms import ResponseIdForm
from integrations.ccai import details


@require_safe
def detail(request, pk):
    """One call: the panel that follows it, the person, its timeline and its wrap-up."""
    return render_page(request, get_call(request.user, pk))


def render_page(request, call, carrier_form=None, status=200):
    """The whole page of a call; `carrier_form` where one was posted and did not pass."""
    customer = if_seen(request.user, call.customer)
    context = panel_context(request, call, customer) | flags_context(call) | facts_context(request, call)
    context["may_flag"] = _may_flag(request.user, call)
    context["person"] = desk.person(request.user, customer, call.number, without=call)
    # Apart from the facts, which are asked for again while somebody may be typing here.
    context |= {"carrier_form": carrier_form or CarrierForm(), "response_id_form": ResponseIdForm()}
    return render(request, "calls/detail.html", context, status=status)


def _may_flag(user, call):
    """The flags are CCAI's, and for who talks or watches over it."""
    is_theirs = call.agent_id == user.pk or user.is_supervisor
    return call.provider == Provider.CCAI and call.status != CallStatus.REFUSED and is_theirs


def facts_context(request, call):
    """What `_facts.html` needs."""
    is_ccai = call.provider == Provider.CCAI and call.raw
    seen = details.of(call.raw, call.connection.time_zone) if is_ccai else None
    legs = list(call.legs.all()) if call.provider == Provider.PLIVO else []
    follows, followed_by = selectors.linked_calls(request.user, call)
    return {
        "call": call,
        "follows": follows,
        "followed_by": followed_by,
        "candidates": selectors.carrier_candidates(call),
        "seen": seen,
        "legs": legs,
        "record_is_near": call.state.is_final and any(leg.is_looked_for_often for leg in legs),
    }


@require_safe
def facts(request, pk):
    """The call's facts alone, asked for again when the call changes."""
    return render(request, "calls/_facts.html", facts_context(request, get_call(request.user, pk)))


@require_safe
def panel(request, pk):
    """The panel alone, asked for again and again. 204 while nothing changed since `seen`."""
    call = get_call(request.user, pk)
    seen = request.GET.get("seen", "")
    if seen == version(call):
        return HttpResponse(status=204)
    context = panel_context(request, call, if_seen(request.user, call.customer))
    response = render(request, "calls/_panel.html", context)
    just_ended = call.state.can_be_wrapped_up and not seen.startswith("ended")
    return trigger_client_event(response, "call-ended" if just_ended else "call-changed")


def version(call):
    """A word for what the panel shows: it changes when, and only when, something on it does."""
    phase = "ended" if call.state.can_be_wrapped_up else "open"
    return "-".join((phase, call.status, call.vendor_status.replace(" ", "_"), str(call.customer_id or 0)))


def panel_context(request, call, customer):
    """What `_panel.html` needs. `customer`: the call's, None where this person may not see them."""
    follows = call.state.is_live or call.status == CallStatus.UNCERTAIN
    return {
        "call": call,
        "version": version(call),
        "every": desk.poll_interval() if follows else "",
        "mine": call.agent_id == request.user.pk,
        "may_decide": call.status == CallStatus.UNCERTAIN and _may_decide(request.user, call),
        "again": DialForm(user=request.user, initial=_same_again(call, customer)) if call.state.is_final else None,
    }


def _may_decide(user, call):
    """Whose word on whether it rang is asked for: a queue's call has no agent, but somebody asked for it."""
    return user.pk in (call.agent_id, call.asked_by_id) or user.is_supervisor


def _same_again(call, customer):
    """What the dial form is sent to ring what this call rang, which need not be its customer's number of today."""
    rung = f"#{call.ticket_id}" if call.ticket_id else (call.number.e164 if call.number else "")
    return {
        "customer": customer.pk if customer else "",
        "ring": rung,
        "who": rung,
        "provider": call.provider if call.provider in PLACES_CALLS else "",
        "outbound_number": call.outbound_number,
        "lang": call.lang,
    }


@require_POST
def decide(request, pk):
    """An uncertain call: the person says whether it rang. Neither yes nor no decides nothing."""
    call = get_call(request.user, pk)
    said = {"yes": True, "no": False}.get(request.POST.get("rang"))
    if said is not None:
        services.decide_uncertain(call, happened=said, by=request.user)
    return redirect("calls:detail", call.pk)


@require_POST
def end(request, pk):
    """The vendor still shows the call as live: the person says that it is over."""
    call = get_call(request.user, pk)
    services.end_by_hand(call, by=request.user)
    return redirect("calls:detail", call.pk)
