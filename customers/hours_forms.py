"""What admins write down about calls: when and how often people may be called."""

from django import forms
from django.core.validators import MaxValueValidator

from customers import countries
from customers.models import CallingRule, ClientAccount
from customers.week import MONDAY_TO_SUNDAY, in_words

MOST_A_DAY = 50  # calls; more than that to one number is a mistake
BOTH_TIMES = "Give both times, or neither for no calls on this day."


def clock(label, **more):
    """A field of one time of day."""
    widget = forms.TimeInput({"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, required=False, **more)


class CallingRuleForm(forms.ModelForm):
    """The hours of each day and how often a day. Of everybody, or of the country or account named above the form."""

    rest_from = clock("No calls from", help_text="A pause of every day.")
    rest_until = clock("until")

    class Meta:
        model = CallingRule
        fields = ["rest_from", "rest_until", "most_a_day", "supervisor_may"]
        labels = {"most_a_day": "Calls to one number a day", "supervisor_may": "A supervisor may call outside them"}
        help_texts = {
            "most_a_day": "0: no limit. Empty: as the rule for all.",
            "supervisor_may": "With a reason, which is kept. Leave it off where the law knows no exception.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["most_a_day"].validators.append(MaxValueValidator(MOST_A_DAY))
        self.fields["most_a_day"].widget.attrs |= {"max": MOST_A_DAY, "inputmode": "numeric"}
        for number, (name, hours) in enumerate(zip(MONDAY_TO_SUNDAY, self.instance.week, strict=True)):
            for place, word in enumerate(("from", "until")):
                # What is stored as 24:00 is midnight for the browser's field too.
                initial = hours and hours[place].replace("24:00", "00:00")
                self.fields[f"day{number}_{word}"] = clock(f"{name} {word}", initial=initial)

    @property
    def days(self):
        """(name, field of its first time, field of its last) for each day of the week."""
        for number, name in enumerate(MONDAY_TO_SUNDAY):
            yield name, self[f"day{number}_from"], self[f"day{number}_until"]

    @property
    def others(self):
        """The fields that belong to no day."""
        return [field for field in self if not field.name.startswith("day")]

    def clean(self):
        given = super().clean()
        self.week = [self._day(number) for number in range(7)]
        begins, ends = given.get("rest_from"), given.get("rest_until")
        if (begins is None) != (ends is None) or (begins and begins >= ends):
            self.add_error("rest_until", "A pause has two times, and ends on the day it begins.")
        if not self.errors and not any(self.week):
            self.add_error(None, "With no hours on any day nobody could ever be called.")
        return given

    def _day(self, number):
        begins, ends = (self.cleaned_data.get(f"day{number}_{word}") for word in ("from", "until"))
        if (begins is None) != (ends is None):
            missing = "from" if begins is None else "until"
            if f"day{number}_{missing}" not in self.errors:
                self.add_error(f"day{number}_{missing}", BOTH_TIMES)
            return None
        return [f"{begins:%H:%M}", f"{ends:%H:%M}"] if begins is not None else None

    def save(self, commit=True):
        self.before, self.instance.week = self.instance.week, self.week
        return super().save(commit)

    @property
    def changes(self):
        """{field: [old, new]} of what was changed, as people read it. After `save`."""
        plain = [name for name in self.changed_data if name in self.fields and not name.startswith("day")]
        told = {name: [_said(self[name].initial), _said(self.cleaned_data[name])] for name in plain}
        if in_words(self.before) != in_words(self.week):
            told["week"] = [_said(in_words(self.before)), _said(in_words(self.week))]
        return told


class NewCallingRuleForm(CallingRuleForm):
    """A rule of its own for a country or an account that has none yet."""

    country = forms.ChoiceField(required=False, help_text="The law there, whoever calls.")
    account = forms.ModelChoiceField(
        ClientAccount.objects.none(), required=False, empty_label="–", help_text="Or a client that wants less than it."
    )
    field_order = ("country", "account")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        taken = set(CallingRule.objects.exclude(country="").values_list("country", flat=True))
        named = [(code, f"{name} ({code})") for code, name in countries.names().items() if code not in taken]
        self.fields["country"].choices = [("", "–"), *named]
        own = CallingRule.objects.exclude(account=None).values("account")
        self.fields["account"].queryset = ClientAccount.objects.filter(gone_at=None).exclude(pk__in=own)

    def clean(self):
        given = super().clean()
        if bool(given.get("country")) == bool(given.get("account")) and not {"country", "account"} & set(self.errors):
            self.add_error("country", "Choose a country or an account, one of the two.")
        return given

    def save(self, commit=True):
        self.instance.country = self.cleaned_data["country"]
        self.instance.account = self.cleaned_data["account"]
        return super().save(commit)


def _said(value):
    if isinstance(value, list):
        return "; ".join(f"{days} {hours}" for days, hours in value)
    if hasattr(value, "strftime"):
        return value.strftime("%H:%M")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
