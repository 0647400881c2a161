"""How a connection behaves, where that is for an admin to choose: one table a vendor.

Values stand in `Connection.options`; what nobody chose has its default here, so that a new option needs no
migration. An address or a secret is no option: those are the environment's (settings.VENDORS).
"""

from dataclasses import dataclass

from django import forms

from accounts import phones
from integrations.choices import Vendor


@dataclass(frozen=True)
class Option:
    """One choice. `kind`: "yes" (a tick), "word" (one of `choices`), "text" (up to `most` characters) or "phone"
    (a number, kept as E.164)."""

    name: str
    label: str
    kind: str
    default: object
    choices: tuple = ()
    most: int = 500
    hint: str = ""

    def field(self):
        """The form field of it; its initial value is set by who shows it."""
        if self.kind == "yes":
            return forms.BooleanField(label=self.label, required=False, help_text=self.hint)
        if self.kind == "word":
            return forms.ChoiceField(label=self.label, choices=self.choices, help_text=self.hint)
        kind = PhoneField if self.kind == "phone" else forms.CharField
        return kind(label=self.label, required=False, max_length=self.most, help_text=self.hint)


class PhoneField(forms.CharField):
    """A phone number in any spelling, as E.164; "" for none."""

    widget = forms.TextInput(attrs={"inputmode": "tel"})

    def clean(self, value):
        text = super().clean(value)
        try:
            return phones.parse(text).e164 if text else ""
        except phones.PhoneProblem as problem:
            raise forms.ValidationError(str(problem)) from problem


# CCAI's page of its list documents adding; of the other two it says little, so somebody tries them once first.
_DO_NOT_CALL = (
    Option(
        "dnc_remove",
        "Take numbers off CCAI’s do-not-call list",
        "yes",
        False,
        hint="CCAI’s page does not say how this is asked for. Off, a number taken off our list stays on CCAI’s.",
    ),
    Option(
        "dnc_check",
        "Look numbers up in CCAI’s do-not-call list",
        "yes",
        False,
        hint="CCAI’s page does not say where this is asked. Off, our own list decides; CCAI refuses what is on its.",
    ),
)
_NO_MACHINES = Option(
    "hang_up_on_machine",
    "Hang up when a machine answers the agent’s phone",
    "yes",
    False,
    hint="A mailbox is then never joined with a customer. Plivo listens up to five seconds before it dials on.",
)
_CALLBACKS = (
    Option(
        "callbacks",
        "Hand callbacks over to CCAI",
        "yes",
        False,
        hint="Those that are anyone’s: CCAI rings the customer at the promised time for the menu’s queue. "
        "Its API can neither move nor cancel such a call.",
    ),
    Option(
        "callback_menu",
        "Menu of those callbacks",
        "text",
        "",
        most=40,
        hint="The menu’s id at CCAI. Empty: CCAI is told the call that the promise was made on.",
    ),
)
_SAYS = ("speak", "Say a sentence, then hang up")
TELESIGN = (
    Option(
        "on_answer",
        "When the customer answers",
        "word",
        "speak",
        choices=(_SAYS, ("connect", "Connect the agent’s phone (experimental)"), ("hangup", "Say nothing, hang up")),
        hint="TeleSign documents connecting a second phone only for calls that come in. In a call that we placed it "
        "may refuse with “unsupported_call_state”, which the call then shows; so it is off until you choose it.",
    ),
    Option(
        "answer_sentence",
        "What it says to them",
        "text",
        "Hello. This is our customer service. We tried to reach you and will call again.",
        hint="Also said where the agent’s phone was to be connected and is not known or not picked up.",
    ),
    Option(
        "on_incoming",
        "When a customer calls a leased number",
        "word",
        "speak",
        choices=(_SAYS, ("connect", "Connect a phone"), ("hangup", "Hang up")),
    ),
    Option(
        "incoming_sentence",
        "What it says to callers",
        "text",
        "Thank you for calling. Nobody takes calls on this number.",
        hint="Also said where the phone is not picked up.",
    ),
    Option(
        "incoming_number", "Phone that callers are connected to", "phone", "", most=40, hint="Empty: TeleSign hangs up."
    ),
    Option(
        "keypad",
        "Ask one question at the end of a call, to be answered by a key from 1 to 5",
        "yes",
        False,
        hint="The key becomes feedback of the call, as so many stars. It is asked when the joined phone has hung up, "
        "or right after the sentence above.",
    ),
    Option(
        "keypad_sentence",
        "The question",
        "text",
        "How would you rate our service today? Press a key from 1 to 5, where 5 is the best.",
    ),
    Option(
        "language",
        "Language of all that is said",
        "text",
        "en-US",
        most=20,
        hint="As TeleSign writes it, for example en-US or es-ES.",
    ),
)
OPTIONS = {
    Vendor.CCAI: _DO_NOT_CALL + _CALLBACKS,
    Vendor.PLIVO: (_NO_MACHINES,),
    Vendor.TELESIGN: TELESIGN,
    Vendor.TRESTLE: (),
    Vendor.FEEDBACKAPI: (),
}


def offered(connection):
    """The Options of a connection's vendor, in the order of the form."""
    return OPTIONS.get(connection.vendor, ())


def of(connection):
    """All options of a connection by name: what was chosen, else the default."""
    return {option.name: connection.options.get(option.name, option.default) for option in offered(connection)}
