"""What somebody says of a saved view."""

from django import forms


class SavedViewForm(forms.Form):
    """Its name, and for whom it is."""

    name = forms.CharField(max_length=100, help_text="For example: unhappy this week, at Riverside.")
    is_shared = forms.BooleanField(
        required=False,
        label="Share it",
        help_text="Everybody finds it beside their list of calls. Each still sees only the calls they may see.",
    )
    is_taken = False  # whether their own view of this name may give way
