"""A call that CCAI makes for a menu's queue, now or at a time, as a person asks for it."""

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.clock import ClockField
from calls.choices import Kind, Provider, RecordingPermission
from calls.forms import LANGUAGE_CODE, WhoForm, caller_ids, languages
from calls.menus import Menus

_WHEN = [(Kind.INCOMING, "Now"), (Kind.SCHEDULED, "At a time")]


def _one_of(kind):
    """What was posted may be any word."""
    return kind if kind == Kind.SCHEDULED else Kind.INCOMING


MENU_ID = r"^[0-9]{1,18}$"  # the page wants an integer


class MenuCallForm(WhoForm):
    """Cleans to what services.place takes. `parent`: the Call that a scheduled one follows, or None."""

    or_else = ""
    kind = forms.ChoiceField(
        label="When CCAI rings them", choices=_WHEN, initial=Kind.INCOMING, widget=forms.RadioSelect
    )
    scheduled_at = ClockField(label="At (by your clock)", required=False)
    menu = forms.ChoiceField(label="Menu", required=False)
    menu_typed = forms.RegexField(
        MENU_ID, label="Or its id", required=False, error_messages={"invalid": "A menu’s id is a whole number."}
    )
    ticket = forms.CharField(
        label="Ticket", required=False, max_length=64, help_text="With a ticket, CCAI dials the ticket’s number."
    )
    outbound_number = forms.ChoiceField(label="Caller id", required=False)
    lang = forms.RegexField(LANGUAGE_CODE, label="Language", widget=forms.Select, required=False, initial="en")
    recording_permission = forms.ChoiceField(label="Recording", choices=RecordingPermission.choices, required=False)

    def __init__(self, *args, parent=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.parent = parent
        self.fields["who"].label = "Number"
        self.fields["who"].required = not self["customer"].value()
        self.fields["menu"].choices = self.menus.choices(_one_of(self["kind"].value()), may_be_none=bool(parent))
        self.fields["outbound_number"].choices = caller_ids(self.user, [Provider.CCAI])
        self.fields["lang"].widget.choices = languages(self["lang"].value())
        for name in ("menu", "scheduled_at", "outbound_number", "lang", "recording_permission"):
            self.fields[name].says_optional = False

    @cached_property
    def menus(self):
        return Menus()

    def clean_lang(self):
        return self.cleaned_data["lang"] or "en"

    def clean(self):
        data = super().clean()
        if data["ticket_id"]:
            self.add_error("who", "Write the ticket below: CCAI needs the number as well.")
        if data.get("kind") == Kind.SCHEDULED:
            self._clean_time(data)
        menu = data.get("menu_typed") or data.get("menu") or ""
        if not menu and not self._follows(data) and "menu_typed" not in self.errors:
            self.add_error("menu", "Choose a menu, or write its id.")
        data["menu_id"] = menu
        return data

    def _follows(self, data):
        return data.get("kind") == Kind.SCHEDULED and self.parent and self.parent.vendor_id

    def _clean_time(self, data):
        at = data.get("scheduled_at")
        if "scheduled_at" not in self.errors and (at is None or at <= timezone.now()):
            self.add_error("scheduled_at", "Choose a time in the future.")

    def deed(self):
        """The keyword arguments of services.place."""
        data = self.cleaned_data
        is_later = data["kind"] == Kind.SCHEDULED
        names = ("intent", "kind", "to", "customer", "lang", "menu_id", "recording_permission")
        return {name: data[name] for name in names} | {
            "provider": Provider.CCAI,
            "ticket_id": data["ticket"],
            "menu_name": self.menus.name_of(data["menu_id"]),
            "outbound_number": "" if is_later else data["outbound_number"],
            "scheduled_at": data["scheduled_at"] if is_later else None,
            "parent": self.parent if is_later else None,
        }
