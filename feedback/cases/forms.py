"""What people write about a case. The deeds in stages.py check again: REST has no forms."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from customers.models import ClientAccount
from feedback.cases.selectors import people_for
from feedback.cases.stages import LONGEST_NOTE, LONGEST_REASON
from feedback.choices import CaseStage, ContactHow, RootCause
from feedback.models import CaseRule

CHOOSE = ("", "Choose")


def _text(label, required=False, rows=3, **more):
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
        **more,
    )


class PartForm(forms.Form):
    """One of several forms on a page: the ids of its fields begin with its own name."""

    part = ""

    def __init__(self, *args, **options):
        super().__init__(*args, auto_id=f"id_{self.part}_%s", **options)


class NoteForm(PartForm):
    part = "note"
    text = _text("A note", required=True, error_messages={"required": "Write something first."})


class ContactForm(PartForm):
    """They were contacted without a call of ours."""

    part = "contact"
    how = forms.ChoiceField(
        label="How",
        choices=[CHOOSE, *((one.value, one.label) for one in ContactHow)],
        error_messages={"required": "Say how they were contacted."},
    )
    text = _text("What was said", rows=2)


class ResolveForm(PartForm):
    """What was behind it; how they were contacted is asked where nobody has said so yet."""

    part = "resolve"
    root_cause = forms.ChoiceField(
        label="What was behind it",
        choices=[CHOOSE, *RootCause.choices],
        error_messages={"required": "Choose what was behind it."},
    )
    how = forms.ChoiceField(
        label="How they were contacted",
        choices=[CHOOSE, *((one.value, one.label) for one in ContactHow)],
        error_messages={"required": "Say how they were contacted: a case is resolved with the customer."},
    )
    text = _text("What was done", rows=2)

    def __init__(self, *args, case, **options):
        super().__init__(*args, **options)
        if case.stage == CaseStage.CONTACTED:
            del self.fields["how"]


class DropForm(forms.Form):
    reason = forms.CharField(
        label="Why nothing is done about it",
        max_length=LONGEST_REASON,
        error_messages={"required": "Say why nothing is done about it."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReopenForm(PartForm):
    part = "reopen"
    text = forms.CharField(label="What is new", required=False, max_length=LONGEST_REASON)


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(
        None,
        required=False,
        label="Whose",
        empty_label="Nobody’s",
        error_messages={"invalid_choice": "Choose somebody of its location who works here."},
    )

    def __init__(self, *args, case, **options):
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people_for(case)


# field: (label, lowest, highest, help)
_LIMITS = {
    "nps_up_to": ("NPS up to", 0, 10, "0 to 10. Empty: no NPS opens a case."),
    "stars_up_to": ("Stars up to", 1, 5, "Of private answers. Empty: none."),
    "review_up_to": ("Public review up to", 0, 5, "Stars of 5. Empty: none."),
    "quality_up_to": ("Call quality up to", 1, 5, "As the agent rated the sound. Empty: none."),
    "grace_minutes": ("Time of grace, in minutes", 0, 1440, "What is corrected or removed meanwhile opens no case."),
    "fresh_days": (
        "Opens none when it was older than … days",
        1,
        90,
        "Counted when it comes to us. Years of history that are read for the first time open no cases.",
    ),
    "clock_hours": ("To be contacted within … hours", 1, 720, "From when the case opens. The clock runs on weekends."),
    "assign_hours": ("Told to supervisors when nobody’s for … hours", 1, 720, "Once a case."),
    "contact_hours": ("Told to supervisors when not contacted for … hours", 1, 720, "Once a case, before its end."),
}


class CaseRuleForm(forms.ModelForm):
    """What opens a case. Of all accounts, or of one whose name stands above the form."""

    class Meta:
        model = CaseRule
        fields = [
            *("nps_up_to", "stars_up_to", "unhappy", "review_up_to", "quality_up_to", "grace_minutes", "fresh_days"),
            *("clock_hours", "assign_hours", "contact_hours", "follow_up"),
        ]
        labels = {name: label for name, (label, *_) in _LIMITS.items()} | {
            "unhappy": "“Unhappy” opens a case",
            "follow_up": "Ask again after the cool-down when a case was resolved",
        }
        help_texts = {name: said for name, (*_, said) in _LIMITS.items()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (_, low, high, _) in _LIMITS.items():
            self.fields[name].validators += [MinValueValidator(low), MaxValueValidator(high)]
            self.fields[name].widget.attrs |= {"min": low, "max": high, "inputmode": "numeric"}

    def clean(self):
        given = super().clean()
        clock, contact = given.get("clock_hours"), given.get("contact_hours")
        if clock and contact and contact >= clock:
            self.add_error("contact_hours", f"This is to be told before the {clock} hours are over.")
        return given

    @property
    def changes(self):
        """{field: [old, new]} of what was changed, as people read it."""
        return {name: [_said(self[name].initial), _said(self.cleaned_data[name])] for name in self.changed_data}


class NewCaseRuleForm(CaseRuleForm):
    """A rule of its own for an account that has none yet."""

    account = forms.ModelChoiceField(ClientAccount.objects.none(), empty_label="Choose")
    field_order = ("account",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        taken = CaseRule.objects.exclude(account=None).values("account")
        self.fields["account"].queryset = ClientAccount.objects.filter(gone_at=None).exclude(pk__in=taken)

    def save(self, commit=True):
        self.instance.account = self.cleaned_data["account"]
        return super().save(commit)


def _said(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
