"""The form of a reply template."""

from django import forms
from django.core.validators import MaxValueValidator

from feedback.inbox import replies
from feedback.models import ReplyTemplate
from integrations.text import clean

LONGEST = 4_000  # characters; the longest that a platform of ours takes
MOST_STARS = 5


class ReplyTemplateForm(forms.ModelForm):
    platform = forms.ChoiceField(required=False)

    class Meta:
        model = ReplyTemplate
        fields = ["name", "stars_from", "stars_to", "platform", "text"]
        help_texts = {
            "name": "What colleagues choose it by.",
            "text": "{name}, {location} and {stars} are put in. Where nobody is named, {name} is “there”.",
        }
        error_messages = {"name": {"unique": "Another template has this name."}}
        widgets = {"text": forms.Textarea(attrs={"rows": 8, "dir": "auto", "maxlength": LONGEST})}

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        chosen = self.instance.platform or str(self.data.get("platform", ""))[:100]
        self.fields["platform"].choices = [("", "Any platform"), *replies.platforms(user, clean(chosen))]
        for name in ("stars_from", "stars_to"):
            self.fields[name].validators.append(MaxValueValidator(MOST_STARS))
            self.fields[name].widget.attrs |= {"min": 0, "max": MOST_STARS, "inputmode": "numeric"}

    def clean_text(self):
        text = clean(self.cleaned_data["text"]).replace("\r\n", "\n")
        if len(text) > LONGEST:
            raise forms.ValidationError(f"At most {LONGEST:,} characters; these are {len(text):,}.")
        unknown = replies.unknown_in(text)
        if unknown:
            known = ", ".join(f"{{{word}}}" for word in replies.PLACEHOLDERS)
            raise forms.ValidationError(f"“{unknown}” stands for nothing. Known are {known}.")
        return text

    def clean(self):
        given = super().clean()
        first, last = given.get("stars_from"), given.get("stars_to")
        if first is not None and last is not None and first > last:
            self.add_error("stars_to", "This is less than where it begins.")
        return given

    @property
    def changes(self):
        """{field: [old, new]} of what was changed."""
        return {
            name: [str(self[name].initial if self[name].initial is not None else ""), str(self.cleaned_data[name])]
            for name in self.changed_data
        }

    @property
    def preview(self):
        """What it would say to a review of the example, with what is typed so far."""
        return replies.fill(str(self["text"].value() or ""), replies.EXAMPLE)
