"""What the dial form takes. Whom to call: a chosen customer, a number, or a ticket."""

import uuid

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info

from calls import providers
from calls.choices import Kind, Provider
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


class WhoForm(forms.Form):
    """Whom a call is with. Cleans to `customer`, `to` (E.164 or empty), `ticket_id`, and the `intent` of the press.

    `ring` is what is rung for a customer, a number or # and a ticket: their own number where it is empty.
    """

    or_else = OR_ELSE  # what else could be written there
    intent = forms.CharField(max_length=40, widget=forms.HiddenInput, required=False)
    customer = forms.CharField(widget=forms.HiddenInput, required=False)
    ring = forms.CharField(max_length=200, widget=forms.HiddenInput, required=False, strip=True)
    who = forms.CharField(label="Number, ticket or name", max_length=200, required=False, strip=True)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial.setdefault("intent", uuid.uuid4().hex)

    def clean_customer(self):
        return find_customer(self.user, self.cleaned_data["customer"])

    def clean(self):
        data = super().clean()
        data["ticket_id"], data["to"] = "", ""
        if not data.get("customer") and "who" in data:
            self._read_who(data, data["who"])
        elif data.get("customer") and data.get("ring"):
            self._read_who(data, data["ring"])
        data["intent"] = f"{self.user.pk}-{data.get('intent') or uuid.uuid4().hex}"
        return data

    def _read_who(self, data, text):
        data["ticket_id"] = read_ticket(text)[:64]
        if data["ticket_id"]:
            return
        try:
            data["to"] = phones.parse(text, settings.PHONE_REGION).e164
        except phones.PhoneProblem as problem:
            self.add_error("who", f"{problem} {self.or_else}".strip())


class DialForm(WhoForm):
    """Whom, through whom (`provider`), with which caller id (`outbound_number`), in which language (`lang`)."""

    provider = forms.ChoiceField(
        label="Through",
        required=False,
        error_messages={"invalid_choice": "Its connection is switched off: choose another."},
    )
    outbound_number = forms.ChoiceField(label="Caller id", required=False)
    lang = forms.RegexField(LANGUAGE_CODE, label="Language", widget=forms.Select, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.offered = providers.offered()
        self.fields["provider"].choices = [(one.value, one.label) for one in self.offered]
        self.fields["outbound_number"].choices = caller_ids(user, self.offered)
        self.initial.setdefault("provider", providers.chosen_first(user))
        self.initial.setdefault("outbound_number", providers.last_caller_id(user, self.initial["provider"]))
        self.initial.setdefault("lang", "en")
        self.fields["lang"].widget.choices = languages(self["lang"].value())
        for name in ("provider", "outbound_number", "lang"):
            self.fields[name].says_optional = False

    @property
    def by_menu(self):
        """Whether somebody also makes calls for a queue."""
        return bool(providers.offered(Kind.INCOMING))

    def clean_provider(self):
        return self.cleaned_data["provider"] or self.initial["provider"] or Provider.CCAI

    def clean_lang(self):
        return self.cleaned_data["lang"] or "en"


def languages(chosen):
    """The choices of language; one that only this customer speaks is added by its code."""
    known = {code for code, _ in LANGUAGES}
    return LANGUAGES if not chosen or chosen in known else [*LANGUAGES, (chosen, _language_name(chosen))]


def _language_name(code):
    try:
        return get_language_info(code)["name"]
    except KeyError:
        return code


def caller_ids(user, offered):
    """Choices of caller ids: the default of each first, then what admins entered; under its name where several are
    offered.
    """
    entered = dict(Connection.objects.filter(vendor__in=offered).values_list("vendor", "caller_ids"))
    groups = [(one.label, [(number, phones.display(number)) for number in entered.get(one, [])]) for one in offered]
    known = {number for _, numbers in groups for number, _ in numbers}
    if user.default_caller_id and user.default_caller_id not in known:
        groups.append(("Yours", [(user.default_caller_id, phones.display(user.default_caller_id))]))
    if len(offered) > 1:
        return [("", "Its default number"), *(group for group in groups if group[1])]
    default = f"{offered[0].label}’s default number" if offered else "Default number"
    return [("", default), *(choice for _, numbers in groups for choice in numbers)]


class Overruling(forms.Form):
    """Why a refused dial is made all the same. `kept`: everything that was posted, to be posted again."""

    override = forms.CharField(
        label="Why all the same?",
        max_length=300,
        help_text="It is kept with the call and in the history.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": "Say why it is dialled all the same."},
    )

    def __init__(self, posted):
        super().__init__(posted if "override" in posted else None)
        self.kept = [(name, posted[name]) for name in posted if name not in ("override", "csrfmiddlewaretoken")]

    @classmethod
    def after(cls, request, form, refused):
        """Says a DialRefused in `form`; gives the form to overrule it, or None where this person may not."""
        for sentence in [refusal.sentence for refusal in refused.refusals] + [refused.ask] * bool(refused.ask):
            form.add_error(None, sentence)
        return cls(request.POST) if refused.may_override and request.user.is_supervisor else None


class CarrierForm(forms.Form):
    """A Plivo call id, typed in."""

    carrier_uuid = forms.CharField(label="Plivo call id", max_length=64)
