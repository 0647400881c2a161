"""Putting numbers on the do-not-call list, one or many, and taking one off."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone

from customers import do_not_call_list, phones
from customers.models import ClientAccount, Location

EVERYBODY = "Everybody"
LARGEST = 200_000  # bytes: a thousand numbers with a name beside each


LAST_YEAR = 9000  # later ones leave no room for the end of the day in every zone


class Wish(forms.Form):
    """For whom, until when and why. `until` cleans to the end of that day by the reader's clock, aware, or None."""

    account = forms.ModelChoiceField(
        ClientAccount.objects.none(),
        required=False,
        empty_label=EVERYBODY,
        label="Not called for",
        help_text="CCAI’s own list knows no client accounts: it is told of numbers for everybody only.",
    )
    until = forms.DateField(
        required=False,
        label="Until and with",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: for good.",
    )
    why = forms.CharField(label="Why", max_length=300, help_text="Who asked, and how. It stands on the list.")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = accounts_of(user)

    def clean_until(self):
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError("This day is over. Choose one that comes, or none.")
        if day.year > LAST_YEAR:
            raise forms.ValidationError("That is too far ahead. Leave it empty for good.")
        return timezone.make_aware(datetime.combine(day, time(0)) + timedelta(days=1))


def accounts_of(user):
    """The client accounts a person may keep numbers from: all, or those of their locations."""
    accounts = ClientAccount.objects.filter(gone_at=None)
    if user.sees_all_locations or user.is_admin:
        return accounts
    return accounts.filter(locations__in=Location.objects.visible_to(user)).distinct()


class OneForm(Wish):
    """One number, in any spelling; cleans to E.164."""

    number = forms.CharField(label="Number", max_length=60, widget=forms.TextInput({"type": "tel", "inputmode": "tel"}))
    field_order = ("number", "account", "until", "why")

    def clean_number(self):
        try:
            return phones.parse(self.cleaned_data["number"]).e164
        except phones.PhoneProblem as problem:
            raise forms.ValidationError(str(problem)) from problem


class ManyForm(Wish):
    """Many numbers, pasted or as a file; cleans `numbers` to the text of both."""

    numbers = forms.CharField(
        label="Numbers, one a line", required=False, widget=forms.Textarea({"rows": 8, "spellcheck": "false"})
    )
    file = forms.FileField(label="Or a text or CSV file", required=False, help_text="The number first on each line.")
    field_order = ("numbers", "file", "account", "until", "why")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > LARGEST:
            raise forms.ValidationError("This file is larger than 200 KB. Split it into several.")
        return file.read().decode("utf-8-sig", errors="replace")

    def clean(self):
        given = super().clean()
        text = "\n".join(filter(None, (given.get("numbers", ""), given.get("file", ""))))
        if self.errors:
            return given
        self.run = do_not_call_list.read(text, given.get("account"))
        if len(self.run.numbers) > do_not_call_list.MOST:
            self.add_error("numbers", f"At most {do_not_call_list.MOST:,} numbers at once: these are more.")
        elif not self.run.numbers and not self.run.unreadable:
            self.add_error("numbers", "Write the numbers here, or choose a file.")
        return given


class RemoveForm(forms.Form):
    """Why a number may be called again."""

    reason = forms.CharField(
        label="Why it may be called again",
        max_length=300,
        help_text="This stands in the history, with your name.",
    )
