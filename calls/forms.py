"""What the dial form takes. Whom to call: a chosen customer, a number, or a ticket."""

import uuid

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info

from customers import phones
from customers.access import find_customer
from integrations.models import Connection

# ISO 639-1 codes people of our locations speak; CCAI takes any, case-sensitively (FACTS 6.1-16).
LANGUAGES = [
    ("en", "English"),
    ("es", "Spanish"),
    ("fr", "French"),
    ("de", "German"),
    ("pt", "Portuguese"),
    ("it", "Italian"),
    ("ko", "Korean"),
    ("ja", "Japanese"),
    ("zh", "Chinese"),
]
LANGUAGE_CODE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
TICKET_SIGNS = ("#", "ticket")
OR_ELSE = "For a ticket, write # before it; for a customer, choose one from the list."


def read_ticket(text):
    """The ticket id in “#71450” or “ticket 71450”, else an empty text."""
    text = text.strip()
    for sign in TICKET_SIGNS:
        if text.lower().startswith(sign):
            return text[len(sign) :].strip(" :#")
    return ""


class DialForm(forms.Form):
    """Cleans to `customer`, `to` (E.164 or empty), `ticket_id`, `outbound_number`, `lang`, `intent`."""

    intent = forms.CharField(max_length=40, widget=forms.HiddenInput, required=False)
    customer = forms.CharField(widget=forms.HiddenInput, required=False)
    who = forms.CharField(label="Number, ticket or name", max_length=200, required=False, strip=True)
    outbound_number = forms.ChoiceField(label="Caller id", required=False)
    lang = forms.RegexField(LANGUAGE_CODE, label="Language", widget=forms.Select, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["outbound_number"].choices = caller_ids(user)
        self.initial.setdefault("intent", uuid.uuid4().hex)
        self.initial.setdefault("outbound_number", user.default_caller_id)
        self.initial.setdefault("lang", "en")
        self.fields["lang"].widget.choices = languages(self["lang"].value())

    def clean_customer(self):
        return find_customer(self.user, self.cleaned_data["customer"])

    def clean_lang(self):
        return self.cleaned_data["lang"] or "en"

    def clean(self):
        data = super().clean()
        data["ticket_id"], data["to"] = "", ""
        if not data.get("customer") and "who" in data:
            self._read_who(data, data["who"])
        data["intent"] = f"{self.user.pk}-{data.get('intent') or uuid.uuid4().hex}"
        return data

    def _read_who(self, data, text):
        data["ticket_id"] = read_ticket(text)[:64]
        if data["ticket_id"]:
            return
        try:
            data["to"] = phones.parse(text, settings.PHONE_REGION).e164
        except phones.PhoneProblem as problem:
            self.add_error("who", f"{problem} {OR_ELSE}")


def languages(chosen):
    """The choices of language; one that only this customer speaks is added by its code."""
    known = {code for code, _ in LANGUAGES}
    return LANGUAGES if not chosen or chosen in known else [*LANGUAGES, (chosen, _language_name(chosen))]


def _language_name(code):
    try:
        return get_language_info(code)["name"]
    except KeyError:
        return code


def caller_ids(user):
    """Choices of caller ids: the vendor's default first, then what an admin entered for the connection."""
    numbers = list(Connection.objects.of("ccai").caller_ids)
    if user.default_caller_id and user.default_caller_id not in numbers:
        numbers.append(user.default_caller_id)
    return [("", "CCAI’s default number"), *((number, phones.display(number)) for number in numbers)]


class CarrierForm(forms.Form):
    """A Plivo call id, typed in."""

    carrier_uuid = forms.CharField(label="Plivo call id", max_length=64)
