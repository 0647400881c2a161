"""The fields of a wrap-up that Django has no field for. Each takes what a page and what JSON sends."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import forms

from feedback.choices import Issue
from integrations.text import clean, clean_deep

LOWEST, HIGHEST = Decimal(1), Decimal(5)  # Plivo: a float between 1 and 5
# Plivo's page spells two issues in two ways; we keep one and accept both (plivo_call_feedback.txt).
ISSUE_ALIASES = {"CALLERID_ISSUES": Issue.CALLERID_ISSUE, "CALL_DROPPPED": Issue.CALL_DROPPED}
NOTES_MAX = 100_000  # characters kept whole
UNSURE = "unknown"


class QualityField(forms.Field):
    """A rating from 1 to 5 as Decimal with one place, or None for "not rated"."""

    SENTENCE = "Quality is a number from 1 to 5."

    def to_python(self, value):
        if value in (None, ""):
            return None
        rating = self._decimal(value)
        if not LOWEST <= rating <= HIGHEST:
            raise forms.ValidationError(self.SENTENCE, code="range")
        return self._one_place(rating)

    def _decimal(self, value):
        if isinstance(value, bool):
            raise forms.ValidationError(self.SENTENCE, code="invalid")
        try:
            rating = Decimal(str(value).strip())
        except InvalidOperation:
            raise forms.ValidationError(self.SENTENCE, code="invalid")
        if not rating.is_finite():
            raise forms.ValidationError(self.SENTENCE, code="invalid")
        return rating

    def _one_place(self, rating):
        """Rounded once, here. What was below 5 stays below 5: at 5 issues are ignored."""
        rounded = rating.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return rounded if rating == HIGHEST or rounded < HIGHEST else Decimal("4.9")


class IssuesField(forms.Field):
    """Plivo's words, each once, in the order given."""

    widget = forms.SelectMultiple

    def to_python(self, value):
        if value in (None, ""):
            return []
        words = value if isinstance(value, list | tuple) else [value]
        known = [ISSUE_ALIASES.get(str(word).strip(), str(word).strip()) for word in words]
        unknown = next((word for word in known if word not in Issue.values), None)
        if unknown is not None:
            raise forms.ValidationError(f"“{unknown[:40]}” is not an issue. Issues are {', '.join(Issue.values)}.")
        return [str(word) for word in dict.fromkeys(known)]


class NotesField(forms.Field):
    """Free text, kept as typed but for what no database can hold."""

    widget = forms.Textarea

    def to_python(self, value):
        notes = clean("" if value is None else str(value)).replace("\r\n", "\n")
        if len(notes) > NOTES_MAX:
            raise forms.ValidationError(f"Notes may have {NOTES_MAX:,} characters; these have {len(notes):,}.")
        return notes


class AnswerField(forms.Field):
    """Yes, no or not said: True, False or None. `unsure` accepts "unknown" as an answer of its own."""

    YES, NO = ("true", "y", "yes"), ("false", "n", "no")

    def __init__(self, *, sentence, unsure=False, **options):
        super().__init__(required=False, **options)
        self.sentence, self.unsure = sentence, unsure

    def to_python(self, value):
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return value
        word = value.strip().lower() if isinstance(value, str) else None
        if word in self.YES or word in self.NO:
            return word in self.YES
        if self.unsure and word == UNSURE:
            return UNSURE
        raise forms.ValidationError(self.sentence)


class KeptJSONField(forms.Field):
    """A JSON object kept as given, or None."""

    def to_python(self, value):
        if value in (None, ""):
            return None
        if not isinstance(value, dict):
            raise forms.ValidationError("A feedback request is an object, or null.")
        return clean_deep(value)
