"""How something was dealt with, in a person's words."""

from django import forms

from integrations.text import clean

SUGGESTED = ("Called the customer", "Answered in public", "Passed on to the location", "Nothing to do")


class HandledForm(forms.Form):
    how = forms.CharField(
        max_length=300,
        label="What was done",
        error_messages={
            "required": "Say in a word what was done.",
            "max_length": "A short line is enough: at most 300 characters.",
        },
        widget=forms.TextInput(attrs={"list": "how-suggested", "autocomplete": "off"}),
    )

    def clean_how(self):
        return clean(self.cleaned_data["how"])
