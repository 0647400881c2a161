"""The explorer's filters as a program asks them: the same ones, and what makes no sense is refused."""

from django import forms
from drf_spectacular.utils import OpenApiParameter

from accounts.api import Unprocessable
from accounts.api_parts import OF_EVERY_LIST, MomentField
from accounts.filters import any_of
from calls.choices import CallStatus
from feedback.explorer.conditions import NO, TIMED_OUT, YES
from feedback.explorer.filters import BEGAN, CallFilters
from feedback.fields import DayField

RATED = {"true": YES, "false": NO, YES: YES, NO: NO, TIMED_OUT: TIMED_OUT}  # the first two as JSON says it


class StatusesField(forms.CharField):
    """Canonical statuses, several with commas, as a list."""

    def to_python(self, text):
        words = list(dict.fromkeys(word.strip() for word in super().to_python(text).split(",") if word.strip()))
        for word in words:
            if word not in CallStatus.values:
                raise forms.ValidationError(f"There is no status “{word[:40]}”.")
        return words or None


class AskedCalls(CallFilters):
    """What a program asked. For an agent's token too, people and places are those it may see; its calls are its own."""

    status = StatusesField(required=False, label="canonical status, several with commas")
    rated = forms.TypedChoiceField(
        required=False,
        label="Wrap-up",
        choices=any_of("", [(word, word) for word in RATED]),
        coerce=RATED.get,
        empty_value="",
    )
    after = MomentField(required=False, label="it began then or later")
    before = MomentField(required=False, label="it began earlier")
    order = None  # newest first, by when they began: what pages are cut by

    FOR_SUPERVISORS = ()
    ALSO = {"status": "status__in", "after": "created_at__gte", "before": "created_at__lt"}

    def refuse_nonsense(self):
        """Raises Unprocessable for a filter nobody knows, or a value that is none."""
        misspelt = sorted(set(self.data) - set(self.fields) - OF_EVERY_LIST)
        if misspelt:
            raise Unprocessable(f"There is no filter “{misspelt[0]}”.", param=misspelt[0])
        for name, problems in self.errors.items():
            raise Unprocessable(problems[0], param=name)
        if self.cleaned_data["counted"] and "counted" not in super().chosen():
            raise Unprocessable("There is no such count.", param="counted")

    def chosen(self):
        """As the search knows them; what it does not know, `of` adds."""
        chosen = {name: value for name, value in super().chosen().items() if name not in self.ALSO}
        return chosen | {"order": BEGAN}

    def of(self, calls):
        """Those of `calls`, which are all that the person may see, that pass. Of what is told by the call alone the
        list stays as it is, and nobody looks beside it."""
        given = {lookup: self.cleaned_data.get(name) for name, lookup in self.ALSO.items()}
        also = {lookup: value for lookup, value in given.items() if value not in (None, "")}
        return (calls if self.chosen().keys() == {"order"} else self.calls()).filter(**also)


WORDS = {
    "period": "the last so many days, today with them, by the clock of each call's location",
    "from": "first day a call counts on, by the clock of its location",
    "to": "last day, with it",
    "customer": "key of a customer",
    "location": "key of a location",
    "account": "key of a client account",
    "agent": "key of a user",
    "sent": "how its deliveries stand, the worst of them",
    "notes": "words that begin words of the notes, all of them",
    "counted": "the calls that a count of the metrics counts",
}


def parameters():
    """The filters for the schema, out of the form itself."""
    fields = AskedCalls.base_fields | {"from": DayField("From"), "to": DayField("To")}
    return [_parameter(name, field) for name, field in fields.items()]


def _parameter(name, field):
    options = {"description": WORDS.get(name) or str(field.label), "required": False}
    if isinstance(field, forms.ModelChoiceField):
        return OpenApiParameter(name, int, **options)
    if isinstance(field, forms.ChoiceField):
        return OpenApiParameter(name, str, enum=[value for value, _ in field.choices if value], **options)
    if isinstance(field, forms.DecimalField):
        limits = {"minimum": float(field.min_value), "maximum": float(field.max_value), "multipleOf": 0.1}
        return OpenApiParameter(name, {"type": "number", **limits}, **options)
    if isinstance(field, DayField):
        return OpenApiParameter(name, {"type": "string", "format": "date"}, **options)
    if isinstance(field, MomentField):
        return OpenApiParameter(name, {"type": "string", "format": "date-time"}, **options)
    return OpenApiParameter(name, str, **options)
