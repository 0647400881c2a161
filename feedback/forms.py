"""The wrap-up's form: one set of rules for the page and for REST."""

from django import forms

from calls.callback_field import CallbackField
from calls.choices import CustomerFlag
from feedback import callback_wishes, survey_wishes, truth
from feedback.cases.linked import of_call
from feedback.choices import Outcome, PhoneStatus, RootCause
from feedback.fields import UNSURE, AnswerField, IssuesField, NotesField, QualityField, SurveyField
from feedback.models import CaseCall

FLAGS, FLAG_LABELS = CustomerFlag.values, dict(CustomerFlag.choices)


def _flag(name):
    return AnswerField(label=FLAG_LABELS[name], sentence="A flag is true, false or left out.")


class RatingForm(forms.Form):
    """How a call went. `data` is a page's POST or a plain dict; `call` says what can be asked of it.

    `cleaned_data` holds outcome, right_party (True, False, None = not known), quality (Decimal or None),
    issues, phone_status ("" = not said), notes, flags (only those given), feedback_request, callback and
    root_cause of the call's case ("" = not resolved, None = nothing said of it).
    """

    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        error_messages={"required": "Choose how the call went.", "invalid_choice": "“%(value)s” is not an outcome."},
    )
    right_party = AnswerField(label="Right person", unsure=True, sentence="Right person is true, false or not known.")
    quality = QualityField(label="Call quality", required=False)
    issues = IssuesField(label="What went wrong", required=False)
    phone_status = forms.ChoiceField(
        label="The number",
        choices=PhoneStatus.choices,
        required=False,
        error_messages={"invalid_choice": "The number is “connected” or “disconnected”."},
    )
    notes = NotesField(required=False)
    verified_customer = _flag("verified_customer")
    bad_actor = _flag("bad_actor")
    repeat_customer = _flag("repeat_customer")
    feedback_request = SurveyField(label="Survey", required=False)
    callback = CallbackField(label="Callback", required=False)
    root_cause = forms.ChoiceField(
        label="The case",
        choices=RootCause.choices,
        required=False,
        error_messages={"invalid_choice": "“%(value)s” is not a root cause."},
    )

    def __init__(self, data=None, *, call, **options):
        super().__init__(data, **options)
        self.call = call

    def clean(self):
        self._check_quality()
        self._check_right_party()
        self._check_contradiction()
        self._check_callback()
        self._check_root_cause()
        cleaned = self.cleaned_data
        cleaned["flags"] = {name: cleaned.pop(name) for name in FLAGS if cleaned.get(name) is not None}
        return {name: value for name, value in cleaned.items() if name not in FLAGS}

    def _check_quality(self):
        quality = self.cleaned_data.get("quality")
        if quality is None:
            return
        if self.call.state.can_be_wrapped_up and not self.call.was_connected:
            self.add_error("quality", "This call was not connected, so there is no quality to rate. Leave it out.")
        elif quality == 5:
            self.cleaned_data["issues"] = []  # nothing went wrong at five stars
        elif not self.cleaned_data.get("issues") and "issues" not in self.errors:
            self.add_error("issues", "Below 5 stars, say what went wrong: choose at least one.")

    def _check_right_party(self):
        outcome, right_party = self.cleaned_data.get("outcome"), self.cleaned_data.get("right_party")
        if not outcome or "right_party" in self.errors:
            return
        said = Outcome(outcome).right_party
        if said is not None and right_party is (not said):
            self.add_error("right_party", f"“{Outcome(outcome).label}” says this was not the right person.")
        elif said is None and right_party is None and Outcome(outcome).human_reached and not self._said_unknown():
            self.add_error("right_party", "Say whether this was the right person.")
        else:
            self.cleaned_data["right_party"] = said if said is not None else _known(right_party)

    def _said_unknown(self):
        """REST says "not known" with an explicit null; leaving the field out is no answer."""
        return "right_party" in self.data and self.data["right_party"] is None

    def _check_contradiction(self):
        outcome, said = self.cleaned_data.get("outcome"), self.cleaned_data.get("phone_status")
        if not outcome or self.cleaned_data.get("right_party") is not True:
            return
        if (said or truth.of_call(self.call, outcome).phone_status) == PhoneStatus.DISCONNECTED:
            field = "phone_status" if said else "right_party"
            self.add_error(field, "A number that is not in service cannot have reached the right person.")

    def _check_callback(self):
        outcome, wish = self.cleaned_data.get("outcome"), self.cleaned_data.get("callback")
        problem = callback_wishes.problem(self.call, outcome, wish) if outcome and wish else ""
        if problem:
            self.add_error("callback", problem)

    def _check_root_cause(self):
        """Only a talk with the customer resolves a case, and only the call that was made for it."""
        if "root_cause" not in self.data or "root_cause" in self.errors:
            self.cleaned_data["root_cause"] = None
        elif self.cleaned_data["root_cause"]:
            problem = self._no_case()
            if problem:
                self.add_error("root_cause", problem)

    def _no_case(self):
        outcome = self.cleaned_data.get("outcome")
        if outcome and not resolves(Outcome(outcome), self.cleaned_data.get("right_party")):
            return "The customer was not reached, so this call cannot resolve the case."
        case = of_call(self.call)
        if case is None:
            return "This call belongs to no case."
        if self.data.get("case", str(case.pk)) != str(case.pk):
            return f"This call is about {case} by now, not the case this was chosen for. Choose again."
        return ""


def resolves(outcome, right_party):
    """Whether a call that went so can resolve a case: the customer was talked to."""
    return outcome.human_reached and outcome.right_party is not False and right_party is not False


def _known(right_party):
    return None if right_party == UNSURE else right_party


def page_data(post, call, before=None):
    """What a page posted, as the form's data.

    Fields that the page had hidden when it was sent are left out: the right person and the phone status
    where the chosen outcome does not ask for them. Flags: only those that differ from the call's own, with
    those of the rating `before` a correction kept.
    """
    post = callback_wishes.with_outcome(post)
    data = {name: post.get(name, "") for name in ("outcome", "quality", "notes")}
    data["issues"] = post.getlist("issues")
    if data["outcome"] in Outcome.values:
        data |= _asked(post, call, Outcome(data["outcome"]))
    data |= _page_flags(post, call, before)
    wish = survey_wishes.posted(post, call) if "survey_shown" in post else before and before.feedback_request
    call_them = callback_wishes.posted(post, call) if "callback_shown" in post else before and before.callback
    wishes = {"feedback_request": wish, "callback": call_them, **_page_case(post, call, data)}
    return data | {name: value for name, value in wishes.items() if value is not None}


def _page_case(post, call, data):
    """The root cause a page posted, "" where the field was hidden, and the case it was posted about."""
    if "case_shown" not in post or data["outcome"] not in Outcome.values:
        return {}
    was_shown = resolves(Outcome(data["outcome"]), False if data.get("right_party") in ("false", "n") else None)
    cause, case = post.get("root_cause", "") if was_shown else "", of_call(call)
    if not cause and post["case_shown"] != str(case and case.pk):
        return {}  # nothing was said of the case that it is about by now
    return {"root_cause": cause, "case": post["case_shown"]}


def asks_right_party(outcome):
    """Whether the page asks for the right person: somebody answered, or their mailbox did."""
    return outcome.right_party is None and (outcome.human_reached or outcome is Outcome.VOICEMAIL)


def asks_phone_status(call, outcome):
    """Whether only the agent can say if the number is in service."""
    return truth.of_call(call, outcome).ask


def _asked(post, call, outcome):
    asked = {"right_party": asks_right_party(outcome), "phone_status": asks_phone_status(call, outcome)}
    return {name: post.get(name, "") for name, is_asked in asked.items() if is_asked}


def _page_flags(post, call, before):
    kept = dict(before.flags) if before else {}
    if "flags_shown" not in post:
        return kept
    ticked = set(post.getlist("flags"))
    changed = {name: name in ticked for name in FLAGS if (name in ticked) != bool(getattr(call, name))}
    return kept | changed


def typed_of(rating):
    """A saved rating as the fields of its form, for a correction."""
    typed = {
        "outcome": rating.outcome,
        "issues": rating.issues,
        "notes": rating.notes,
        "phone_status": rating.phone_status,
    }
    typed["quality"] = "" if rating.quality is None else f"{half_star(rating.quality):g}"
    typed["right_party"] = {True: "true", False: "false", None: UNSURE}[rating.right_party]
    about = CaseCall.objects.filter(call=rating.call_id).first()
    typed |= {"case_shown": str(about.case_id), "root_cause": about.root_cause} if about else {}
    typed |= survey_wishes.typed(rating.feedback_request)
    typed |= callback_wishes.typed(rating)
    typed["flags"] = [name for name in FLAGS if rating.flags.get(name, getattr(rating.call, name))]
    return typed


def half_star(quality):
    """The half star at or below a rating: the page has nine stars, REST every tenth."""
    return int(quality * 2) / 2
