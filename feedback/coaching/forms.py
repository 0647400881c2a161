"""What supervisors and agents fill in for coaching, and the list's filters."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone

from accounts.choices import Role
from accounts.filters import LenientForm, PersonField, RowField, any_of
from customers.models import Location
from feedback.coaching.choices import Score, Skill, Stage, Why
from feedback.coaching.pick import monday
from feedback.explorer.filters import agents_seen_by
from feedback.fields import NOTES_MAX
from feedback.models import CoachingPick
from integrations.text import clean

WEEKS = 26  # half a year to choose from; older reviews are found by their agent
RECENT = 4  # weeks of who was looked at
SHORTEST_REASON = 3


class TextField(forms.CharField):
    """Words, without what no database can hold."""

    def to_python(self, value):
        return clean(super().to_python(value)).replace("\r\n", "\n").strip()


def _skills(label):
    return forms.MultipleChoiceField(
        label=label, required=False, choices=Skill.choices, widget=forms.CheckboxSelectMultiple
    )


class ReviewForm(forms.Form):
    """What a supervisor says about a call."""

    score = forms.TypedChoiceField(
        label="How it was handled",
        choices=Score.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the call was handled."},
    )
    strong = _skills("Went well")
    weak = _skills("To work on")
    note = TextField(
        label="Note to the agent",
        required=False,
        max_length=NOTES_MAX,
        widget=forms.Textarea({"rows": 4}),
        help_text="The agent reads this, and may answer.",
    )

    def __init__(self, *args, picked, **kwargs):
        first = {"score": picked.score, "strong": picked.strong, "weak": picked.weak, "note": picked.note}
        super().__init__(*args, initial=first, **kwargs)

    def clean(self):
        given = super().clean()
        both = [Skill(one).label for one in given.get("strong", ()) if one in given.get("weak", ())]
        if both:
            self.add_error("weak", f"{', '.join(both)} cannot be both. Choose one, and say more in the note.")
        if given.get("score") and given["score"] < Score.THREE and not given.get("note"):
            self.add_error("note", "Below 3, write a note: a number alone helps nobody.")
        return given


class SkipForm(forms.Form):
    reason = TextField(
        label="Why not",
        max_length=300,
        min_length=SHORTEST_REASON,
        error_messages={"required": "Say why this call is not reviewed."},
    )


class AnswerForm(forms.Form):
    """The agent's word on a review."""

    answer = TextField(
        label="Your answer",
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Your supervisors read it.",
    )


class PickFilters(LenientForm):
    """The list's filters. Nothing chosen: what is to review."""

    STAGES = (("", Stage.OPEN.label), (Stage.REVIEWED, Stage.REVIEWED.label), (Stage.SKIPPED, Stage.SKIPPED.label))
    stage = forms.ChoiceField(required=False, label="Stage", choices=(*STAGES, ("all", "All")))
    week = forms.ChoiceField(required=False, label="Week")
    location = RowField(Location, "Location", "Any location")
    agent = PersonField("Agent", "Any agent")
    why = forms.ChoiceField(required=False, label="Reason", choices=any_of("Any reason", Why.choices))

    NO_CHIP = ("stage",)

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        self.fields["week"].choices = any_of("Any week", _weeks())
        self.fields["location"].queryset = Location.objects.visible_to(user).distinct()
        self.fields["agent"].queryset = agents_seen_by(user).filter(role=Role.AGENT)

    def picks(self, without=()):
        """The CoachingPicks this person may see that pass the filters, but for those named in `without`."""
        chosen = {name: value for name, value in self.chosen().items() if name not in without}
        found = CoachingPick.objects.visible_to(self.user)
        if "stage" not in without and chosen.get("stage") != "all":
            found = found.filter(stage=chosen.get("stage") or Stage.OPEN)
        if "week" in chosen:
            found = found.filter(week=date.fromisoformat(chosen["week"]))
        return found.filter(**{name: chosen[name] for name in ("location", "agent", "why") if name in chosen})

    def recent(self, without=()):
        """The same, of the chosen week; of the last few where none is chosen."""
        found = self.picks(without)
        since = monday(timezone.localdate()) - timedelta(weeks=RECENT)
        return found if "week" in self.chosen() else found.filter(week__gte=since)

    @property
    def of_weeks(self):
        return "in this week" if "week" in self.chosen() else f"in the last {RECENT} weeks"

    def applied(self):
        return [chip for chip in super().applied() if chip[0] not in self.NO_CHIP]


def _weeks():
    """(Monday, “16 to 22 November 2026”) of the last half year."""
    this = monday(timezone.localdate())
    return [(one.isoformat(), week_words(one)) for one in (this - timedelta(weeks=n) for n in range(WEEKS))]


def week_words(week):
    last = week + timedelta(days=6)
    first = f"{week.day}" if week.month == last.month else f"{week.day} {week:%B}"
    return f"{first} to {last.day} {last:%B %Y}"
