"""A moment as people type it."""

from django import forms


class ClockField(forms.DateTimeField):
    """A time as a page's own field sends it, by the reader's clock."""

    FORMAT = "%Y-%m-%dT%H:%M"

    def __init__(self, **options):
        super().__init__(
            input_formats=[self.FORMAT, f"{self.FORMAT}:%S"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=self.FORMAT),
            error_messages={"invalid": "Write the time as a date and a clock time."},
            **options,
        )
