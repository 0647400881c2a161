"""When somebody wants their weekly report."""

from django import forms

from feedback.models import ReportWish

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class WishForm(forms.ModelForm):
    hour = forms.TypedChoiceField(label="At", choices=HOURS, coerce=int)

    class Meta:
        model = ReportWish
        fields = ["is_on", "weekday", "hour"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_on"].label = "Send me a report each week"
