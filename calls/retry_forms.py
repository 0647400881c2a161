"""What admins write down about trying again."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from calls.choices import Wait
from calls.models import RetryPlan
from calls.retry_plans import ENDINGS
from customers.models import ClientAccount

MOST_TRIES = 10  # more is a nuisance, and in some countries an offence
LONGEST_RELEASE = 7 * 24 * 60  # minutes; after a week it is nobody's memory any more


class PlanForm(forms.ModelForm):
    """When people are tried again. Of all accounts, or of one whose name stands above the form."""

    class Meta:
        model = RetryPlan
        fields = ["tries", *ENDINGS, "release_minutes"]
        labels = {
            "tries": "Tries in all",
            "busy": "Busy",
            "no_answer": "No answer",
            "voicemail": "Voicemail",
            "failed": "Call failed",
            "release_minutes": "Anyone’s after, in minutes",
        }
        help_texts = {
            "tries": "The first call counted. 1: nobody is tried again.",
            "busy": "Always within the hours for calls where the customer is.",
            "release_minutes": "So long after its time somebody’s own callback is anyone’s. 0: it stays theirs.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, least, most in (("tries", 1, MOST_TRIES), ("release_minutes", 0, LONGEST_RELEASE)):
            self.fields[name].validators += [MinValueValidator(least), MaxValueValidator(most)]
            self.fields[name].widget.attrs |= {"min": least, "max": most, "inputmode": "numeric"}
        for name in ENDINGS:
            self.fields[name].choices = Wait.choices

    @property
    def changes(self):
        """{field: [old, new]} of what was changed, as people read it."""
        return {name: [self._said(name, self[name].initial), self._said(name, self.cleaned_data[name])]
                for name in self.changed_data}  # fmt: skip

    def _said(self, name, value):
        return str(Wait(value or "").label) if name in ENDINGS else str(value)


class NewPlanForm(PlanForm):
    """A plan of its own for an account that has none yet."""

    account = forms.ModelChoiceField(ClientAccount.objects.none())
    field_order = ("account",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        taken = RetryPlan.objects.exclude(account=None).values("account")
        self.fields["account"].queryset = ClientAccount.objects.filter(gone_at=None).exclude(pk__in=taken)

    def _said(self, name, value):
        return str(value) if name == "account" else super()._said(name, value)

    def save(self, commit=True):
        self.instance.account = self.cleaned_data["account"]
        return super().save(commit)
