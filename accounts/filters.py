"""Filters of a list: a GET form whose address can be sent to a colleague."""

from django import forms


def any_of(label, choices):
    """The choices with a first one that filters nothing."""
    return [("", label), *choices]


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
