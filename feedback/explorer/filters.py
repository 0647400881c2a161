"""The explorer's filters: a GET form whose address can be sent to a colleague."""

from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import Truncator

from accounts.filters import ChoiceField, LenientForm, PersonField, RowField, any_of
from calls.choices import CallStatus, Kind, Provider
from calls.models import Call
from customers.access import accounts_seen_by
from customers.models import ClientAccount, Customer, Location
from feedback.choices import Issue, Mood, Outcome
from feedback.explorer import conditions
from feedback.explorer.conditions import ANSWERED, NO, NOT_ANSWERED, TIMED_OUT, UNKNOWN, YES
from feedback.explorer.notes import words_of
from feedback.explorer.search import Search
from feedback.fields import HIGHEST, LOWEST, DayField
from feedback.scope import Scope
from integrations.choices import DeliveryState

COUNTED, BEGAN = "counted", "began"
ORDERS = {COUNTED: "dated", BEGAN: "created_at"}
PERIODS = (("", "Any time"), ("today", "Today"), ("7", "7 days"), ("30", "30 days"), ("90", "90 days"))
PERIOD_DAYS = {"today": 1, "7": 7, "30": 30, "90": 90}
RATED = ((YES, "Rated"), (NO, "Not rated"), (TIMED_OUT, "Timed out"))
RIGHT_PARTY = ((YES, "Right person"), (NO, "Not the right person"), (UNKNOWN, "Right person not said"))
SENT = (
    (DeliveryState.PARKED.value, "Needs a person"),
    (DeliveryState.PENDING.value, "Waiting"),
    (DeliveryState.DELIVERED.value, "Delivered"),
)
ANSWER = (
    (ANSWERED, "Has feedback"),
    (Mood.UNHAPPY.value, "Unhappy feedback"),
    (Mood.BETWEEN.value, "Feedback in between"),
    (Mood.HAPPY.value, "Happy feedback"),
    (NOT_ANSWERED, "No feedback"),
)
RESOLVED = ((YES, "Resolved"), (NO, "Not resolved"))
REPEAT = ((YES, "Repeat customer"), (NO, "Not a repeat customer"))
# "Without end" on either side; every zone's clock can tell these days.
FIRST_DAY, LAST_DAY = date(DayField.YEARS[0], 1, 2), date(DayField.YEARS[1], 12, 30)


def _choice(label, every, choices):
    return ChoiceField(required=False, label=label, choices=any_of(every, choices))


def _quality(label):
    step = {"step": "0.5", "inputmode": "decimal"}
    return forms.DecimalField(
        required=False,
        label=label,
        min_value=LOWEST,
        max_value=HIGHEST,
        max_digits=2,
        decimal_places=1,
        widget=forms.NumberInput(attrs=step),
    )


class WordsField(forms.CharField):
    """Text with a word in it to look for."""

    def validate(self, text):
        super().validate(text)
        if text and not words_of(text):
            raise forms.ValidationError("Write a word of two letters at least.")


class CallFilters(LenientForm):
    """Each narrows what the others leave. `counted` is the name of a count of the metrics: the rows of a number.

    `now` (aware): the moment from which “the last 7 days” are counted.
    """

    q = forms.CharField(required=False, max_length=100, label="Name, number or ticket")
    period = ChoiceField(required=False, choices=PERIODS, label="Period")
    status = _choice("Status", "Any status", CallStatus.choices)
    outcome = _choice("Outcome", "Any outcome", Outcome.choices)
    rated = _choice("Wrap-up", "Rated or not", RATED)
    location = RowField(Location, "Location", "Any location")
    agent = PersonField("Agent", "Any agent")
    provider = _choice("Provider", "Any provider", Provider.choices)
    kind = _choice("Kind of call", "Any kind", Kind.choices)
    account = RowField(ClientAccount, "Client account", "Any account")
    right_party = _choice("Right person", "Right person or not", RIGHT_PARTY)
    issue = _choice("Issue", "Any issue", Issue.choices)
    quality_from = _quality("Quality from")
    quality_to = _quality("Quality to")
    sent = _choice("Sent to vendors", "Sent or not", SENT)
    answer = _choice("Customer’s feedback", "Feedback or not", ANSWER)
    resolved = _choice("Resolved", "Resolved or not", RESOLVED)
    repeat = _choice("Repeat customer", "Repeat customer or not", REPEAT)
    topic = forms.CharField(required=False, max_length=100, label="Topic")
    notes = WordsField(required=False, max_length=100, label="Words in notes")
    customer = forms.ModelChoiceField(Customer.objects.none(), required=False, widget=forms.HiddenInput)
    counted = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    order = forms.ChoiceField(required=False, choices=[(BEGAN, "began")], widget=forms.HiddenInput)

    FIRST = ("period", "status", "outcome", "rated", "agent", "location")
    FOR_SUPERVISORS = ("agent", "location", "account")
    ROWS = ("location", "agent", "account", "customer")
    NO_CHIP = ("order",)
    TRIED = 8  # filters that are taken away one by one where nothing is found
    NO_FILTER = ("cursor",)

    def __init__(self, data, *, user, now=None):
        super().__init__(data)
        self.user, self.now = user, now or timezone.now()  # one moment for a page, its count and its file
        self._put_before("provider", {"from": DayField("From"), "to": DayField("To")})  # “from” is Python’s own word
        self.fields["customer"].queryset = Customer.objects.visible_to(user)
        self.fields["location"].queryset = Location.objects.visible_to(user).distinct()
        self.fields["account"].queryset = accounts_seen_by(user)
        self.fields["agent"].queryset = agents_seen_by(user)
        for name in () if user.is_supervisor else self.FOR_SUPERVISORS:
            del self.fields[name]

    def _put_before(self, name, fields):
        names = list(self.fields)
        self.fields |= fields
        names[names.index(name) : names.index(name)] = fields
        self.order_fields(names)

    # --- what is found

    @cached_property
    def search(self):
        """The Search for what was chosen."""
        chosen, counted = self.chosen(), None
        if "counted" in chosen:
            # Whose calls a figure counts is a little narrower than whose are seen.
            whose = Scope(self.user, FIRST_DAY, LAST_DAY).whose_calls()
            counted = conditions.counted(chosen["counted"], self.now) & whose
        by = ORDERS[chosen.get("order") or COUNTED]
        return Search(self.user, chosen, dates=self._dates, counted=counted, by=by)

    def calls(self):
        """The calls that were found, each with `dated`; in no order."""
        return self.search.calls()

    @property
    def by(self):
        """The time the list is ordered by, newest first."""
        return self.search.by

    def _dates(self, field):
        """The Q of the days; each part narrows the others."""
        chosen, found = self.chosen(), Q()
        if "period" in chosen:
            found &= Scope.of_last(self.user, PERIOD_DAYS[chosen["period"]], now=self.now).within(field)
        if chosen.keys() & {"from", "to"}:
            first, last = chosen.get("from", FIRST_DAY), chosen.get("to", LAST_DAY)
            sides = [side for name, side in (("from", "gte"), ("to", "lt")) if name in chosen]
            found &= Scope(self.user, max(first, FIRST_DAY), min(last, LAST_DAY)).within(field, sides=sides)
        return found

    def chosen(self):
        """Without a count nobody knows: `ignored` says so."""
        chosen = super().chosen()
        if "counted" in chosen and conditions.counted(chosen["counted"], self.now) is None:
            del chosen["counted"]
        return chosen

    @property
    def ignored(self):
        """What of the address was left out, in a sentence; "" for nothing."""
        left, said = self._left_out(), []
        if "counted" in left:
            left.remove("counted")
            said.append("The number this list was opened from is not counted any more: these are the calls without it.")
        if left:
            names = ", ".join(self._called(name) for name in left)
            said.append(f"Left out, because it means nothing here (any more) or is not yours to see: {names}.")
        return " ".join(said)

    def _left_out(self):
        """The names in the address that have something to say, and narrow nothing."""
        chosen = self.chosen()
        given = [name for name in self.data if name not in chosen and name not in self.NO_FILTER]
        return [name for name in given if str(self.data.get(name) or "").strip()]

    def _called(self, name):
        """A filter that was left out as people know it. The key of a row tells them nothing."""
        label = self.base_fields[name].label if name in self.base_fields else {"from": "From", "to": "To"}.get(name)
        value = "" if name in self.ROWS else f" “{Truncator(self.data.get(name)).chars(40)}”"
        return f"{label or Truncator(name).chars(40)}{value}"

    # --- how it shows

    def applied(self):
        """(name, raw value, label) of each applied filter, for the chips."""
        return [chip for chip in super().applied() if chip[0] not in self.NO_CHIP]

    def loosened(self):
        """Of the applied ones those without which there would be calls, as `applied` has them."""
        return [chip for chip in self.applied()[: self.TRIED] if self._without(chip[0]).calls().exists()]

    def _without(self, name):
        rest = {other: value for other, value in self.given.items() if other != name}
        return type(self)(rest, user=self.user, now=self.now)

    def _label(self, name, value):
        if name in self.ROWS:
            return str(value)
        if name in ("from", "to"):
            return f"{self.fields[name].label} {value.day} {value:%B %Y}"
        if name in ("quality_from", "quality_to"):
            return f"{self.fields[name].label} {value.normalize():f}"
        if name in ("topic", "notes"):
            return f"{self.fields[name].label}: “{value}”"
        if name == "counted":
            return conditions.name_of(value)
        return super()._label(name, value)

    @property
    def given(self):
        """name → what the address says, of what was chosen."""
        return {name: self.data.get(name) for name in self.chosen()}

    def address(self):
        """The query of what was chosen, as "?a=b"; "" for nothing."""
        return f"?{urlencode(self.given)}" if self.given else ""

    @property
    def first(self):
        return [self[name] for name in self.FIRST if name in self.fields]

    @property
    def more(self):
        return [field for field in self if field.name not in (*self.FIRST, "q") and not field.is_hidden]

    @property
    def hidden(self):
        """What the form carries on and nobody chooses in it."""
        return [field for field in self if field.is_hidden and field.name in self.chosen()]

    @property
    def is_more_used(self):
        used = set(self.chosen())
        return any(field.name in used for field in self.more)


def agents_seen_by(user):
    """People whose calls this person may watch: everybody, or who shares a location or is known from a file to have
    called there, and themselves."""
    people = get_user_model().objects.filter(Q(is_active=True) | Q(is_placeholder=True))
    if user.sees_all_locations:
        return people
    locations = Location.objects.visible_to(user)
    there = Call.objects.filter(agent=OuterRef("pk"), location__in=locations)
    shared = Q(locations__in=locations) | Q(pk=user.pk) | (Q(is_placeholder=True) & Exists(there))
    return people.filter(pk__in=people.filter(shared).values("pk"))
