"""One case: its page, and what is done with it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.access import for_supervisors
from calls import desk, planned, providers
from calls.callback_forms import intent_of
from calls.services import DialRefused, OpenCall
from customers.access import whole
from feedback.access import get_case
from feedback.cases import calls, clock, follow_ups, selectors, stages
from feedback.cases.forms import ContactForm, DropForm, NoteForm, OwnerForm, ReopenForm, ResolveForm

CHANGED = "cases-changed"  # base.html counts them again when it hears this


@require_GET
def page(request, pk):
    """The whole of it."""
    return _page(request, get_case(request.user, pk))


def _page(request, case, status=200, **forms):
    return render(request, "feedback/cases/case.html", _context(request, case, **forms), status=status)


def _context(request, case, **forms):
    """What `_case.html` needs; `forms`: those that were posted and did not pass."""
    number = calls.number_of(case)
    user = request.user
    return {
        "case": case,
        "clock": clock.of(case),
        "contact_clock": clock.contacted(case) if case.contacted_at else None,
        "sources": list(selectors.sources_of(case)),
        "story": selectors.story(case, user),
        "person": desk.person(user, case.customer, number) if case.customer or number else None,
        **_people(case, user),
        **_contacts(case),
        "follow_up": follow_ups.shown(case),
        "can_take_back": case.is_closed and stages.may_take_back(case, user),
        "note_form": forms.get("note") or NoteForm(),
        "contact_form": forms.get("contact") or ContactForm(),
        "resolve_form": forms.get("resolve") or ResolveForm(case=case),
        "reopen_form": forms.get("reopen") or ReopenForm(),
        "problem": forms.get("problem", ""),
    }


def _people(case, user):
    """Whom else it can be given to: a button for each of a few, a list of the others."""
    people = list(selectors.people_for(case).exclude(pk=case.owner_id)) if user.is_supervisor else []
    people.sort(key=lambda person: person.pk != user.pk)  # oneself first, the others by name
    return {"at_hand": people[: selectors.AT_HAND], "others": people[selectors.AT_HAND :]}


def _contacts(case):
    """Those since it was (re)opened, and the id of the one that was noted last: what its button takes back."""
    contacts = list(case.contacts.filter(is_past=False))
    return {"contacts": contacts, "last_contact": max((one.pk for one in contacts), default="")}


# --- Deeds ------------------------------------------------------------------------------------


@for_supervisors
@require_POST
def owner(request, pk):
    """Make it somebody's; empty: nobody's. The undo of it comes with the owner before in its address."""
    case = get_case(request.user, pk)
    form = OwnerForm({"owner": request.POST.get("owner", request.GET.get("owner", ""))}, case=case)
    if not form.is_valid():
        return _refused(request, case, problem=form.errors["owner"][0])
    before, new = case.owner_id or "", form.cleaned_data["owner"]
    said = f"{case} is {new}’s now." if new else f"{case} is nobody’s now."
    undo = f"{reverse('feedback:case_owner', args=[pk])}?owner={before}"
    return _done(request, case, lambda: stages.assign(case, request.user, new), said, undo)


@require_POST
def note(request, pk):
    case, form = get_case(request.user, pk), NoteForm(request.POST)
    if not form.is_valid():
        return _refused(request, case, note=form)
    return _done(request, case, lambda: stages.add_note(case, request.user, form.cleaned_data["text"]), "Noted.")


@require_POST
def contact(request, pk):
    """They were contacted without a call of ours."""
    case, form = get_case(request.user, pk), ContactForm(request.POST)
    if not form.is_valid():
        return _refused(request, case, contact=form)
    data = form.cleaned_data

    def deed():
        return stages.contact(case, request.user, data["how"], data["text"])

    def undo(row):
        return f"{reverse('feedback:case_contact_undo', args=[pk])}?contact={row.noted.pk}"

    return _done(request, case, deed, "Kept: they were contacted.", undo)


@require_POST
def contact_undo(request, pk):
    """That contact was none; without its id the last one of the case."""
    case = get_case(request.user, pk)
    which = whole(request.POST.get("contact") or request.GET.get("contact") or 0) or None
    return _done(request, case, lambda: stages.withdraw(case, request.user, contact=which), _taken_back)


def _taken_back(row):
    if row.contacted_at:
        return f"Taken back. {row} is contacted all the same: another contact stands."
    return f"Taken back: {row} is not contacted, and its clock runs on."


@require_POST
def resolve(request, pk):
    case = get_case(request.user, pk)
    form = ResolveForm(request.POST, case=case)
    if not form.is_valid():
        return _refused(request, case, resolve=form)
    data, undo = form.cleaned_data, reverse("feedback:case_closing_undo", args=[pk])

    def deed():
        return stages.resolve(case, request.user, data["root_cause"], data["text"], how=data.get("how", ""))

    return _done(request, case, deed, f"{case} is resolved.", undo)


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request, pk):
    """Asks on GET why; on POST nothing is done about it."""
    case = get_case(request.user, pk)
    form = DropForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            stages.drop(case, request.user, form.cleaned_data["reason"])
        except stages.CannotChange as cannot:
            form.add_error(None, str(cannot))
        else:
            messages.success(request, f"{case} is dropped.")
            return redirect("feedback:case", pk)
    status = 422 if form.errors else 200
    return render(request, "feedback/cases/drop.html", {"case": case, "form": form}, status=status)


@require_POST
def closing_undo(request, pk):
    """It was closed by a slip a moment ago."""
    case = get_case(request.user, pk)
    return _done(request, case, lambda: stages.take_back(case, request.user), _as_before)


def _as_before(row):
    return f"Taken back: {row} is {row.get_stage_display().lower()}, as it was before."


@require_POST
def reopen(request, pk):
    case, form = get_case(request.user, pk), ReopenForm(request.POST)
    if not form.is_valid():
        return _refused(request, case, reopen=form)
    text = form.cleaned_data["text"]
    return _done(request, case, lambda: stages.reopen(case, request.user, text), f"{case} is open again.")


def _done(request, case, deed, said, undo=""):
    """Do it, or say why not; the case is shown as it is then. `said`, `undo`: text, or a function of what was done."""
    try:
        done = deed()
    except stages.CannotChange as cannot:
        return _refused(request, get_case(request.user, case.pk), problem=str(cannot))
    said, undo = (words(done) if callable(words) else words for words in (said, undo))
    if not request.htmx:
        messages.success(request, said)
        return redirect("feedback:case", case.pk)
    if not _still_theirs(request.user, case):
        return HttpResponseClientRedirect(reverse("feedback:cases"))
    context = _context(request, get_case(request.user, case.pk))
    context |= {"said": said, "tone": "success", "undo_url": undo}
    return trigger_client_event(render(request, "feedback/cases/_case.html", context), CHANGED)


def _still_theirs(user, case):
    """A case given to a colleague may be out of sight now."""
    return type(case).objects.visible_to(user).filter(pk=case.pk).exists()


def _refused(request, case, **forms):
    if request.htmx:
        return render(request, "feedback/cases/_case.html", _context(request, case, **forms), status=422)
    return _page(request, case, 422, **forms)


# --- Calling ----------------------------------------------------------------------------------


@require_POST
def call(request, pk):
    """Call the customer at once, through what this person dialled with last; a repeat lands on the same call."""
    case = get_case(request.user, pk)
    provider = providers.chosen_first(request.user)
    how = {"outbound_number": providers.last_caller_id(request.user, provider)}
    how |= {"lang": case.customer.language or "en"} if case.customer else {}
    how |= {"provider": provider} if provider else {}
    try:
        made = calls.place(request.user, case, intent=intent_of(request.user, request.POST), **how)
    except OpenCall as conflict:
        return _open(request, case, conflict.call)
    except (calls.CannotCall, DialRefused) as refused:
        messages.error(request, str(refused))
        return _back(case)
    return redirect("calls:detail", made.pk)


def _open(request, case, open_call):
    if open_call.agent_id == request.user.pk:
        return redirect("calls:detail", open_call.pk)
    messages.error(request, planned.taken_words(open_call))
    return _back(case)


def _back(case):
    return redirect("feedback:case", case.pk)
