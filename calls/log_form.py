"""A call made elsewhere, as a person types it in."""

import re
from datetime import timedelta

from django import forms
from django.utils import timezone

from accounts.clock import ClockField
from calls.choices import CallStatus, Kind
from calls.forms import WhoForm
from calls.services.by_hand import ENDINGS
from customers import phones

LONGEST = 12 * 3600  # seconds: no agent talks longer than a shift
GRACE = timedelta(minutes=1)  # the form's clock has no seconds, and people round up
_WAYS = [(Kind.OUTBOUND, "I called"), (Kind.INCOMING, "They called")]
_ENDED = {CallStatus.COMPLETED: "We talked"}


def _ends_ahead(data):
    return data["began"] + timedelta(seconds=data["talked"]) > timezone.now() + GRACE


class TalkField(forms.CharField):
    """“4:30” or “4” (minutes) as seconds; None when left empty."""

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        found = re.fullmatch(r"(\d{1,3})(?::([0-5]?\d))?", text)
        seconds = int(found[1]) * 60 + int(found[2] or 0) if found else LONGEST + 1
        if seconds > LONGEST:
            raise forms.ValidationError("Write minutes, or minutes and seconds like 4:30.")
        return seconds


class LogForm(WhoForm):
    """Cleans to what services.log_by_hand takes."""

    or_else = "For a ticket, write # before it."
    kind = forms.ChoiceField(label="Who called", choices=_WAYS, initial=Kind.OUTBOUND, widget=forms.RadioSelect)
    status = forms.ChoiceField(
        label="How it ended",
        choices=[(one.value, _ENDED.get(one, one.label)) for one in ENDINGS],
        initial=CallStatus.COMPLETED,
    )
    began = ClockField(label="When (by your clock)")
    talked = TalkField(label="How long you talked", required=False, help_text="Minutes, like 4 or 4:30.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].label = "Number, or # and a ticket"
        self.fields["who"].required = not self["customer"].value()
        self.initial.setdefault("began", timezone.localtime())

    def clean_began(self):
        began = self.cleaned_data["began"]
        if began > timezone.now():
            raise forms.ValidationError("That is in the future. A call still to come is a callback.")
        if began.year < 2000:
            raise forms.ValidationError("That is before there was anything to log.")
        return began

    def clean(self):
        data = super().clean()
        if data.get("status") != CallStatus.COMPLETED:
            data["talked"] = None
        if data.get("began") and data.get("talked") and _ends_ahead(data):
            self.add_error("talked", "With that the call would end in the future. Say above when it began.")
        return data

    def deed(self):
        """The keyword arguments of the deed."""
        data = self.cleaned_data
        names = ("intent", "kind", "status", "began", "talked", "customer", "ticket_id")
        number = phones.get_number(data["to"]) if data["to"] else None
        return {name: data[name] for name in names} | {"number": number}
