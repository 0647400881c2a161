"""A moment as people type it."""

from datetime import UTC, datetime, timedelta

from django import forms
from django.utils import timezone

# Ten years: nobody plans beyond, and the last days of the calendar no other clock can show.
AHEAD = timedelta(days=3_660)
TOO_FAR = "That is too far ahead. Choose a time within ten years."


def is_too_far(at):
    """Whether an aware moment lies beyond what anything is planned for."""
    return at > timezone.now() + AHEAD


def not_too_far(at):
    """The same as a validator."""
    if is_too_far(at):
        raise forms.ValidationError(TOO_FAR)


# The calendar's last year but one: what is looked ahead from there, by whatever clock, still has a date.
LAST = datetime(9998, 1, 1, tzinfo=UTC)


def within_the_calendar(at):
    """A validator for programs, which may plan further ahead than people."""
    if at > LAST:
        raise forms.ValidationError("No calendar goes that far. Choose an earlier time.")


class ClockField(forms.DateTimeField):
    """A time as a page's own field sends it, by the reader's clock."""

    FORMAT = "%Y-%m-%dT%H:%M"
    default_validators = (not_too_far,)

    def __init__(self, **options):
        super().__init__(
            input_formats=[self.FORMAT, f"{self.FORMAT}:%S"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=self.FORMAT),
            error_messages={"invalid": "Write the time as a date and a clock time."},
            **options,
        )
