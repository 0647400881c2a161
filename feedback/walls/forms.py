"""What somebody says of a new wall screen."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from accounts.choices import Lifetime
from customers.access import accounts_seen_by
from customers.models import ClientAccount, Location
from feedback.models import WallScreen
from feedback.models.walls import WallPeriod


class WallForm(forms.Form):
    """A new screen of `user`. `expires_at()` is a moment, or None for never."""

    name = forms.CharField(max_length=100, help_text="Where it hangs, for example: screen by the window.")
    location = forms.ModelChoiceField(Location.objects.none(), required=False, empty_label="All I may see")
    account = forms.ModelChoiceField(
        ClientAccount.objects.none(), required=False, label="Client account", empty_label="All I may see"
    )
    period = forms.ChoiceField(choices=WallPeriod.choices, initial=WallPeriod.TODAY, widget=forms.RadioSelect)
    lifetime = forms.ChoiceField(
        label="Expires after", choices=Lifetime.choices, initial=Lifetime.QUARTER, widget=forms.RadioSelect
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["location"].queryset = Location.objects.visible_to(user).distinct()
        self.fields["account"].queryset = accounts_seen_by(user)

    def clean_name(self):
        name = self.cleaned_data["name"]
        if WallScreen.objects.filter(user=self.user, name=name, revoked_at=None).exists():
            raise forms.ValidationError("You have a wall screen of this name. Choose another name, or close that one.")
        return name

    def clean(self):
        given = super().clean()
        location, account = given.get("location"), given.get("account")
        if location and account and location.account_id != account.pk:
            self.add_error("location", f"{location} is not a location of {account}.")
        return given

    def expires_at(self):
        days = Lifetime(self.cleaned_data["lifetime"]).days
        return timezone.now() + timedelta(days=days) if days else None
