"""Filters of a list: a GET form whose address can be sent to a colleague."""

from functools import lru_cache

from django import forms
from django.contrib.auth import get_user_model
from django.forms.models import ModelChoiceIterator


def any_of(label, choices):
    """The choices with a first one that filters nothing."""
    return [("", label), *choices]


class Select(forms.Select):
    """Django's, which remembers what it has written: the same choices stand in each list, and their options, hundreds
    of agents and places among them, were a tenth of a page's time.

    For choices of pairs (value, label), without groups.
    """

    def render(self, name, value, attrs=None, renderer=None):
        # A `tuple` of the choices alone would ask the database how many there will be.
        choices = tuple((_said(one), label, hasattr(label, "__html__")) for one, label in self.choices)
        return _written(name, _said(value), tuple(self.build_attrs(self.attrs, attrs).items()), choices)


def _said(value):
    return "" if value is None else str(value)


# What is safe to stand in a page and what is to be escaped are not the same label. A reader's filters, with nothing
# chosen and with one word or another, are some dozens.
@lru_cache(maxsize=256)
def _written(name, value, attrs, choices):
    return forms.Select(choices=[pair for *pair, _ in choices]).render(name, value, dict(attrs))


class ChoiceField(forms.ChoiceField):
    """One of a few words, in a filter."""

    widget = Select


class _Names(ModelChoiceIterator):
    """Keys with names. Hundreds of whole rows made for a list of names took a fifth of a page's time."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for key, *names in self.queryset.values_list("pk", *self.field.names):
            yield key, next(filter(None, names), "")


class RowField(forms.ModelChoiceField):
    """One of the rows of a model, chosen by its name, in a filter; nothing chosen is none.

    `empty_label` says what nothing chosen means; which rows there are, `queryset` says once the person is known.
    """

    widget = Select
    iterator = _Names
    names = ("name",)

    def __init__(self, model, label, empty_label):
        super().__init__(model.objects.none(), required=False, label=label, empty_label=empty_label)


class PersonField(RowField):
    """A User; who has no name stands there by e-mail, as everywhere."""

    names = ("name", "email")

    def __init__(self, label, empty_label):
        super().__init__(get_user_model(), label, empty_label)


class LenientForm(forms.Form):
    """Filters from an address: what makes no sense there is left out, never an error page."""

    def chosen(self):
        """field → cleaned value, of those that were given and made sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def applied(self):
        """(name, raw value, label) of each applied filter, for the chips above the list."""
        return [(name, self.data.get(name), self._label(name, value)) for name, value in self.chosen().items()]

    def _label(self, name, value):
        choices = dict(getattr(self.fields[name], "choices", ()) or ())
        return f"“{value}”" if name == "q" else str(choices.get(value, value))
