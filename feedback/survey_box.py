"""The survey part of the wrap-up's form as it is shown: choices, why one is proposed, what stands in the way."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import cached_property

from accounts.clock import TOO_FAR, is_too_far
from calls.models import Call
from feedback import proposals, survey_facts, survey_wishes, templates_kept, verdict
from feedback.choices import Outcome, Refusal
from feedback.models import FeedbackRequest
from feedback.services import surveys
from feedback.when import OVER, is_over

# What only time stands in the way of: later may be well.
PASSES = {Refusal.COOL_DOWN, Refusal.ALLOWANCE}
LABELS = {
    proposals.NOW: "Now",
    proposals.LATER: "Later",
    proposals.LINK: "Link only",
    proposals.NO: "No survey",
}


@dataclass
class Box:
    """`typed` is what the form holds so far; `remembered` the template this person chose last."""

    call: Call
    typed: dict
    remembered: str = ""

    @cached_property
    def sent(self) -> FeedbackRequest | None:
        """The call's survey where it can no longer be changed."""
        row = surveys.request_of(self.call)
        return row if row and surveys.is_sent(row) else None

    @cached_property
    def locations(self):
        return proposals.locations_of(self.call)

    @cached_property
    def location(self):
        """The chosen one, else the first."""
        chosen = next((one for one in self.locations if str(one.pk) == self.typed.get("survey_location")), None)
        return chosen or next(iter(self.locations), None)

    @cached_property
    def templates(self):
        return templates_kept.for_account(self.location.account) if self.location else []

    @cached_property
    def template(self):
        """The chosen one, else the person's last where it reaches the customer, else the one to propose first."""
        by_id = {one.vendor_id: one for one in self.templates}
        chosen, last = by_id.get(self.typed.get("survey_template")), by_id.get(self.remembered)
        return chosen or templates_kept.first_for(self.call.customer, [*([last] if last else []), *self.templates])

    @property
    def outcome(self):
        return self.typed.get("outcome") or ""

    @cached_property
    def proposal(self):
        """None while nobody has said how the call went."""
        if self.outcome not in Outcome.values:
            return None
        right_party = False if self.typed.get("right_party") in ("false", "n") else None
        return proposals.of(self.call, self.outcome, right_party, self.template, self.location)

    @property
    def is_stuck(self):
        """Nobody can be asked at all, whatever the outcome: then there is nothing to choose."""
        return not self.call.customer or not self.templates

    @property
    def why_stuck(self):
        if not self.call.customer:
            return "nobody knows who the customer of this call is."
        return "no message template is kept for this location yet." if self.location else "no location to ask from."

    @property
    def is_blocked(self):
        return bool(self.proposal and self.proposal.blocked)

    @cached_property
    def choice(self):
        """What is ticked: the person's own choice, else what is proposed, "" before the outcome."""
        own, proposed = self.typed.get("survey", ""), self.typed.get("survey_proposed", "")
        if self.is_blocked:
            return proposals.NO
        if own and (own != proposed or self.typed.get("survey_for") == self.outcome):
            return own
        return self.proposal.choice if self.proposal else ""

    @property
    def proposed(self):
        return self.proposal.choice if self.proposal else ""

    @property
    def choices(self):
        off = self._off()
        return [
            {"value": value, "label": LABELS[value], "checked": value == self.choice, "disabled": value in off}
            for value in survey_wishes.CHOICES
        ]

    def _off(self):
        """What cannot be chosen. What is ticked stays, so that a refusal stands beside it."""
        if self.is_blocked:
            return {proposals.NOW, proposals.LATER, proposals.LINK}
        judged = self.proposal.verdict if self.proposal else None
        refused = {reason.code for reason in judged.refusals} if judged else set()
        off = {proposals.NOW} if refused else set()
        return (off | ({proposals.LATER} if refused - PASSES else set())) - {self.choice}

    @property
    def due(self):
        return self.typed.get("survey_due", "") if self.choice == proposals.LATER else ""

    @property
    def due_shown(self):
        """What the field begins with: tomorrow at ten."""
        tomorrow = timezone.localtime() + timedelta(days=1)
        return self.typed.get("survey_due") or f"{tomorrow:%Y-%m-%d}T10:00"

    @property
    def hands_over(self):
        return self.typed.get("survey_hand_over") == "1"

    @cached_property
    def not_then(self):
        """Why the chosen time cannot be taken, "" where it can."""
        if self.choice != proposals.LATER:
            return ""
        at = _moment(self.due_shown)
        return OVER if is_over(at) else TOO_FAR if is_too_far(at) else ""

    @cached_property
    def judged(self):
        """The Verdict on what is ticked; None where there is nothing to judge."""
        if self.is_stuck or self.is_blocked or self.proposal is None or self.not_then:
            return None
        if self.choice not in (proposals.LATER, proposals.LINK):
            return self.proposal.verdict
        at = _moment(self.due_shown) if self.choice == proposals.LATER else timezone.now()
        ask = verdict.Ask(self.call.customer, self.template, self.location, at, self.choice == proposals.LINK)
        book = survey_facts.FactBook([self.call.customer], at, about=self.call)
        return verdict.of(ask, book.of(self.call.customer, self.location))

    @property
    def says(self):
        """The sentences beside the choice: why it is proposed, then what the verdict adds."""
        if self.proposal is None:
            return ["Proposed when you have said how it went."]
        if self.judged is None:
            return [self.not_then or self.proposal.words]
        reasons = [one.sentence for one in (*self.judged.refusals, *self.judged.notes)]
        first = [] if self.choice == proposals.LINK else [self.proposal.words]
        told = self.proposal.why
        return first + [sentence for sentence in reasons if sentence != told] + self._about_choice()

    def _about_choice(self):
        if self.choice == proposals.LINK:
            return ["No message is sent. You get a link to hand over yourself."]
        return [self.proposal.wait] if self.choice == proposals.NOW and self.proposal.wait else []


def _moment(text):
    """A page's clock time, aware; now where it is none."""
    try:
        due = timezone.datetime.fromisoformat(text)
        return timezone.make_aware(due) if due.tzinfo is None else due
    except (ValueError, OverflowError):
        return timezone.now()
