"""When somebody is to be asked: now, later at a time, or with a link alone. What both forms of asking have."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from accounts.clock import ClockField
from feedback import proposals

# A page's clock shows minutes, so the one that runs is not over yet.
MINUTE = timedelta(minutes=1)
OVER = "That time is over. Choose a later one, or “Now”."
WHEN = ((proposals.NOW, "Now"), (proposals.LATER, "Later"), (proposals.LINK, "Link only"))


class WhenForm(forms.Form):
    """`when`, `due`, and a `template` out of `kept`, which the form of a page sets."""

    template = forms.ChoiceField(label="Template")
    when = forms.ChoiceField(choices=WHEN, label="When", initial=proposals.NOW)
    due = ClockField(label="At (by your clock)", required=False)

    def offer(self, kept):
        """These MessageTemplates may be chosen."""
        self.kept = kept
        self.fields["template"].choices = [(one.vendor_id, _label(one)) for one in kept]

    def clean(self):
        later = self.cleaned_data.get("when") == proposals.LATER
        due = self.cleaned_data.get("due")
        if later and not due and "due" not in self.errors:
            self.add_error("due", "Say when it should go.")
        elif later and due and is_over(due):
            self.add_error("due", OVER)
        return self.cleaned_data

    @property
    def due_shown(self):
        """What the field begins with: tomorrow at ten."""
        tomorrow = timezone.localtime() + timedelta(days=1)
        return (self.data.get("due") if self.is_bound else "") or f"{tomorrow:%Y-%m-%d}T10:00"

    @property
    def suppress(self):
        """Whether a valid form wants a link and no message."""
        return self.cleaned_data["when"] == proposals.LINK

    @property
    def chosen_due(self):
        """The time (aware) of a valid form, None for now."""
        return self.cleaned_data["due"] if self.cleaned_data["when"] == proposals.LATER else None


def is_over(due):
    """Whether an aware time that somebody chose has passed."""
    return due < timezone.now() - MINUTE


def _label(template):
    return f"{template.name} ({template.get_channel_display().lower()})"
