"""What the wrap-up pane shows: one of four stages, with everything its template needs."""

import secrets
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.functional import cached_property

from calls.callback_when import When
from calls.choices import CallStatus, Provider
from calls.services import tries
from calls.services.callbacks import Whom
from feedback import chips, drafts, services, survey_box
from feedback.cases import linked, selectors
from feedback.choices import HUMAN_REACHED, Issue, Leg, Outcome, PhoneStatus, RootCause
from feedback.forms import FLAG_LABELS, UNSURE, asks_phone_status, asks_right_party, half_star, resolves, typed_of
from feedback.models import Draft, FeedbackRequest, Rating
from integrations import polling
from integrations.choices import DeliveryState

LIVE, FORM, CARD, NOTHING = "live", "form", "card", "nothing"


@dataclass
class Pane:
    call: object
    stage: str
    rating: object = None
    draft: object = None
    typed: dict = field(default_factory=dict)
    form: object = None
    form_key: str = ""
    based_on: int = 0
    needs_reason: bool = False
    just_ended: bool = False
    why_nothing: str = ""
    can_correct: bool = False
    remembered: str = ""  # the survey's template this person chose last

    @cached_property
    def survey(self):
        return survey_box.Box(self.call, self.typed, self.remembered)

    @cached_property
    def callback(self):
        """The callback part of the form."""
        return When(Whom.of_call(self.call), self.typed)

    @cached_property
    def case(self):
        """The Case this call is about, None for most."""
        return linked.of_call(self.call)

    @cached_property
    def case_sources(self):
        """What the customer said that the case is about."""
        return list(selectors.sources_of(self.case)) if self.case else []

    @property
    def root_causes(self):
        """Outcomes after which a case can be resolved do not hide them; the chosen one is marked."""
        is_of_it = self.case is not None and self.typed.get("case_shown", "") == str(self.case.pk)
        chosen = self.typed.get("root_cause", "") if is_of_it else ""
        return [{"value": one.value, "label": one.label, "chosen": one.value == chosen} for one in RootCause]

    @property
    def asked_for_case(self):
        return [o.value for o in Outcome if resolves(o, None)]

    @cached_property
    def beside(self):
        """A callback that was planned from the call's page already; None else."""
        return self.call.planned.waiting().exclude(intent=None).first()

    @cached_property
    def next_call(self):
        """(the Callback that followed from this wrap-up, a sentence where there is none)."""
        return tries.what_next(self.call)

    @property
    def is_correction(self):
        return self.rating is not None

    @property
    def now(self):
        return timezone.now()

    @property
    def outcomes(self):
        chosen = self.typed.get("outcome")
        return [
            {"value": o.value, "label": o.label, "digit": o.key, "once": o.saves_at_once, "checked": o.value == chosen}
            for o in Outcome
        ]

    @property
    def issues(self):
        chosen, keys = self.typed.get("issues") or [], "1234567890"
        return [
            {"value": i.value, "label": i.label, "digit": keys[n : n + 1], "checked": i.value in chosen}
            for n, i in enumerate(Issue)
        ]

    @property
    def flags(self):
        """CCAI keeps them during its own calls; there are none to set on another vendor's."""
        if self.call.provider != Provider.CCAI:
            return []
        chosen = self.typed.get("flags")
        if chosen is None:
            chosen = [name for name in FLAG_LABELS if getattr(self.call, name)]
        return [{"value": n, "label": label, "checked": n in chosen} for n, label in FLAG_LABELS.items()]

    @property
    def phone_statuses(self):
        chosen = self.typed.get("phone_status", "")
        keys = {PhoneStatus.CONNECTED: "i", PhoneStatus.DISCONNECTED: "n"}
        return [
            {"value": s.value, "label": s.label, "checked": s.value == chosen, "letter": keys[s]} for s in PhoneStatus
        ]

    @property
    def right_party(self):
        """ "true", "false", "unknown" or "" when nobody has said."""
        word = str(self.typed.get("right_party") or "").lower()
        return {"y": "true", "n": "false"}.get(word, word)

    @property
    def says_yes(self):
        return self.right_party == "true"

    @property
    def says_no(self):
        return self.right_party == "false"

    @property
    def says_unsure(self):
        return self.right_party == UNSURE

    @property
    def seconds_left(self):
        return max(0, int((self.call.wrap_up_due_at - timezone.now()).total_seconds()))

    @property
    def shows_issues(self):
        """Where quality is asked; and where problems were ticked during the call, so that they stay."""
        return self.call.was_connected or bool(self.typed.get("issues"))

    @property
    def asked_for_number(self):
        """Outcomes after which the state of the number is asked, as classes of the fieldset."""
        return [o.value for o in Outcome if asks_phone_status(self.call, o)]

    @property
    def asked_for_person(self):
        """Outcomes after which the right person is asked."""
        return [o.value for o in Outcome if asks_right_party(o)]

    @cached_property
    def chips(self):
        return chips.of_rating(self.rating)

    @cached_property
    def link(self):
        """The delivered link-only request of this wrap-up, to hand its address over; None for any other."""
        survey = next((chip for chip in self.chips if chip.vendor == Leg.SURVEY.label), None)
        if survey is None or survey.delivery.state != DeliveryState.DELIVERED:
            return None
        return FeedbackRequest.objects.filter(delivery=survey.delivery, suppress=True).exclude(full_url="").first()

    @property
    def undo_until(self):
        """Until when the Undo button shows (aware), None when it is over or never was."""
        until = services.undo_until(self.rating)
        return until if until and until > timezone.now() else None

    @property
    def undo_left(self):
        """Milliseconds until the Undo button goes."""
        left = services.undo_until(self.rating) - timezone.now()
        return max(0, int(left.total_seconds() * 1000) + 100)

    @property
    def poll(self):
        """How often the chips are asked for, "" when nothing can change any more."""
        changing = [chip for chip in self.chips if chip.can_change]
        if self.undo_until:
            return polling.SOON
        if not changing:
            return ""
        return polling.every(min(chip.delivery.not_before for chip in changing) - timezone.now())

    @property
    def stars(self):
        return half_star(self.rating.quality) if self.rating and self.rating.quality is not None else None

    @property
    def flag_words(self):
        """The flags this wrap-up set, in words."""
        flags = self.rating.flags
        return [FLAG_LABELS[n] if flags[n] else f"not {FLAG_LABELS[n].lower()}" for n in FLAG_LABELS if n in flags]

    @property
    def history(self):
        """Earlier versions, newest first, each with where it went."""
        if self.rating.revision == 1:
            return []
        return chips.earlier_versions(self.rating)

    @property
    def issue_labels(self):
        return [Issue(word).label for word in self.rating.issues if word in Issue.values]

    @property
    def human_reached(self):
        return Outcome(self.rating.outcome) in HUMAN_REACHED


def build(call, user, correcting=False, just_ended=False):
    """The pane of `call` as `user` finds it: live notes, the form, or the saved card."""
    rating = Rating.objects.filter(call=call).select_related("saved_by", "call__number").first()
    if rating and not correcting:
        return card(call, rating, user)
    if rating:
        return _form(call, user, rating, typed_of(rating))
    draft = Draft.objects.filter(call=call).first()
    typed = draft.data if draft else {}
    if call.state.is_live or call.status == CallStatus.UNCERTAIN:
        return Pane(call, LIVE, draft=draft, typed=typed)
    if not call.state.can_be_wrapped_up:
        return Pane(call, NOTHING, draft=draft, typed=typed, why_nothing=services.why_not_yet(call))
    pane = _form(call, user, None, typed)
    pane.draft, pane.just_ended = draft, just_ended
    return pane


def card(call, rating, user):
    """The saved wrap-up with its legs."""
    return Pane(call, CARD, rating=rating, can_correct=_may_correct(rating, user))


def refused(call, user, form, post, form_key):
    """The form again, with what was typed and why it was not taken."""
    rating = Rating.objects.filter(call=call).select_related("saved_by").first()
    pane = _form(call, user, rating, drafts.typed_in(post))
    pane.form, pane.form_key = form, form_key or pane.form_key
    return pane


def _form(call, user, rating, typed):
    return Pane(
        call,
        FORM,
        rating=rating,
        typed=typed,
        form_key=secrets.token_hex(16),
        based_on=rating.revision if rating else 0,
        needs_reason=_needs_reason(call, user, rating),
    )


def _needs_reason(call, user, rating):
    if rating:
        return rating.saved_by_id != user.pk and user.is_supervisor
    return call.agent_id not in (None, user.pk)


def _may_correct(rating, user):
    return rating.saved_by_id == user.pk or user.is_supervisor
