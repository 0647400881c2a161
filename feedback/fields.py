"""The fields of a wrap-up that Django has no field for. Each takes what a page and what JSON sends."""

from datetime import UTC, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import forms
from django.utils import timezone

from accounts.clock import not_too_far
from feedback.choices import Issue
from integrations.text import clean, clean_deep

LOWEST, HIGHEST = Decimal(1), Decimal(5)  # Plivo: a float between 1 and 5
# Plivo's page spells two issues in two ways; we keep one and accept both (plivo_call_feedback.txt).
ISSUE_ALIASES = {"CALLERID_ISSUES": Issue.CALLERID_ISSUE, "CALL_DROPPPED": Issue.CALL_DROPPED}
NOTES_MAX = 100_000  # characters kept whole
UNSURE = "unknown"
LONGEST_TEMPLATE_ID = 100  # characters that our column holds


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


class SurveyField(forms.Field):
    """A wish for feedback as plain JSON, or None for none: template, location, due (ISO text with its zone),
    suppress_message, hand_over. Whether they exist is for the deed to say."""

    def to_python(self, value):
        if value in (None, ""):
            return None
        if not isinstance(value, dict):
            raise forms.ValidationError("A feedback request is an object, or null.")
        wish = clean_deep(value)
        unknown = sorted(set(map(str, wish)) - set(self.PARTS))
        if unknown:
            raise forms.ValidationError(f"A feedback request has no “{unknown[0][:40]}”.")
        return {name: read(wish.get(name)) for name, read in self.PARTS.items()}

    @staticmethod
    def _template(value):
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEMPLATE_ID:
            raise forms.ValidationError("Choose a message template.")
        return value

    @staticmethod
    def _location(value):
        text = str(value)
        if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise forms.ValidationError("Choose a location to ask from.")
        return int(text)

    @staticmethod
    def _due(value):
        """Text with its zone; a page's clock time is the reader's own."""
        if value in (None, ""):
            return None
        try:
            due = datetime.fromisoformat(value) if isinstance(value, str) else value
            due = timezone.make_aware(due) if due.tzinfo is None else due
            due = due.astimezone(UTC)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise forms.ValidationError("Write the time as a date and a clock time.") from error
        not_too_far(due)
        return due.isoformat()

    @staticmethod
    def _truth(value):
        if value not in (None, True, False):
            raise forms.ValidationError("“Link only” is true or false.")
        return bool(value)


SurveyField.PARTS = {
    "template": SurveyField._template,
    "location": SurveyField._location,
    "due": SurveyField._due,
    "suppress_message": SurveyField._truth,
    "hand_over": SurveyField._truth,
}


class DayField(forms.DateField):
    """A day of the reader's calendar, from a page's own field. Years beyond YEARS are nobody's, and their edges
    overflow what a database keeps."""

    YEARS = (1970, 9000)

    def __init__(self, label):
        super().__init__(required=False, label=label, widget=forms.DateInput(attrs={"type": "date"}))

    def validate(self, day):
        super().validate(day)
        if day and not self.YEARS[0] <= day.year <= self.YEARS[1]:
            raise forms.ValidationError("That is no day we know.")


def midnight(day):
    """When a day begins in the reader's zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
