"""What admins write down about surveys: message templates, and the rules of when one may go."""

from django import forms
from django.core.validators import MaxValueValidator

from accounts.filters import LenientForm
from customers.models import ClientAccount
from feedback.choices import Channel, Outcome
from feedback.models import MessageTemplate, SurveyRule
from integrations.feedbackapi.bodies import is_id

ALL = "All accounts"
LONGEST_COOL_DOWN = 365  # days; a year is never again, in practice
LONGEST_DELAY = 60 * 24 * 7  # minutes; after a week nobody knows which call is meant


class TemplateFilters(LenientForm):
    """The list's filters."""

    account = forms.ModelChoiceField(ClientAccount.objects.all(), required=False, empty_label="Any account")
    channel = forms.ChoiceField(required=False, choices=[("", "Any channel"), *Channel.choices])


class TemplateForm(forms.ModelForm):
    class Meta:
        model = MessageTemplate
        fields = ["name", "vendor_id", "channel", "account", "is_default", "is_active"]
        widgets = {"channel": forms.RadioSelect}
        help_texts = {
            "name": "What colleagues choose it by.",
            "vendor_id": "Found in FeedbackAPI’s app under Campaigns > Message Templates. Capitals count.",
            "is_default": "The one that is chosen beforehand for this account and channel.",
            "is_active": "Out of use, nobody can choose it.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["account"].empty_label = ALL
        self.fields["channel"].choices = Channel.choices  # without a line for "none"
        self.fields["vendor_id"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        if self.instance.pk is None:
            del self.fields["is_active"]

    def clean_vendor_id(self):
        vendor_id = self.cleaned_data["vendor_id"].strip()
        if not is_id(vendor_id):
            raise forms.ValidationError("An id is letters, digits, - and _, like dfar5V. Copy it from FeedbackAPI.")
        return vendor_id

    def clean(self):
        given = super().clean()
        same = MessageTemplate.objects.filter(vendor_id=given.get("vendor_id", ""), account=given.get("account"))
        if known := same.exclude(pk=self.instance.pk).first():
            self.add_error("vendor_id", f"This id is on the list already, as “{known}”.")
        return given


class RuleForm(forms.ModelForm):
    """When surveys may go. Of all accounts, or of one whose name stands above the form."""

    asks_after = forms.MultipleChoiceField(
        label="Propose a survey after",
        required=False,
        choices=Outcome.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="How the call went. After every other outcome the agent chooses it by hand.",
    )

    class Meta:
        model = SurveyRule
        fields = ["cool_down_days", "quiet_from", "quiet_until", "delay_minutes", "asks_after"]
        labels = {
            "cool_down_days": "Cool-down, in days",
            "quiet_from": "Quiet from",
            "quiet_until": "Quiet until",
            "delay_minutes": "“Now” waits, in minutes",
        }
        help_texts = {
            "cool_down_days": "So long after the last request, text or e-mail nobody is asked again. 0: no cool-down.",
            "quiet_from": "By the customer’s own clock.",
            "quiet_until": "The same time twice: no quiet hours.",
            "delay_minutes": "0 goes at once.",
        }
        widgets = {name: forms.TimeInput({"type": "time"}, format="%H:%M") for name in ("quiet_from", "quiet_until")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, most in (("cool_down_days", LONGEST_COOL_DOWN), ("delay_minutes", LONGEST_DELAY)):
            self.fields[name].validators.append(MaxValueValidator(most))
            self.fields[name].widget.attrs |= {"max": most, "inputmode": "numeric"}

    @property
    def changes(self):
        """{field: [old, new]} of what was changed, as people read it."""
        before = {name: self[name].initial for name in self.changed_data}
        return {name: [_said(before[name]), _said(self.cleaned_data[name])] for name in self.changed_data}


class NewRuleForm(RuleForm):
    """A rule of its own for an account that has none yet."""

    account = forms.ModelChoiceField(ClientAccount.objects.none())
    field_order = ("account",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["account"].empty_label = "Choose"
        taken = SurveyRule.objects.exclude(account=None).values("account")
        self.fields["account"].queryset = ClientAccount.objects.filter(gone_at=None).exclude(pk__in=taken)

    def save(self, commit=True):
        self.instance.account = self.cleaned_data["account"]
        return super().save(commit)


def _said(value):
    if isinstance(value, list):
        return [str(dict(Outcome.choices).get(one, one)) for one in value]
    if value is None:
        return ""
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)
