"""People as admins write them down: ours, invited ones, FeedbackAPI's; and an invitation as it is accepted."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q

from accounts.choices import Role
from accounts.filters import LenientForm
from accounts.forms import PASSWORD_HELP, NameField
from accounts.models import User
from customers.fields import Several
from customers.models import Location
from customers.services import invitations, vendor_users

ROLE_HELP = "Agents call and wrap up. Supervisors also watch over their locations’ calls. Admins set everything up."
LOCATIONS_HELP = "Whose customers and calls this person sees. Without any they see nobody’s."


class UserFilters(LenientForm):
    """The users list's filters."""

    q = forms.CharField(required=False, max_length=100, label="Name or e-mail")
    role = forms.ChoiceField(required=False, choices=[("", "Any role"), *Role.choices])
    state = forms.ChoiceField(
        required=False, choices=[("", "Active or not"), ("active", "Active"), ("closed", "Deactivated")]
    )


def _locations(user=None):
    """Active locations, and those this person belongs to already, with whose they are."""
    kept = Q(is_active=True, gone_at=None) | (Q(members=user) if user else Q())
    return Location.objects.filter(kept).select_related("account").distinct()


class LocationChoices(Several):
    def label_from_instance(self, location):
        return f"{location.name} ({location.account})" if location.account else location.name


class UserForm(forms.Form):
    """What an admin may change about a person."""

    name = NameField()
    role = forms.ChoiceField(choices=Role.choices, widget=forms.RadioSelect, help_text=ROLE_HELP)
    sees_all_locations = forms.BooleanField(required=False, label="Sees all locations")
    locations = LocationChoices(Location.objects.none(), required=False, help_text=LOCATIONS_HELP)

    def __init__(self, *args, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["locations"].queryset = _locations(person)
        if person:
            facts = ("name", "role", "sees_all_locations")
            self.initial = {name: getattr(person, name) for name in facts} | {"locations": person.locations.all()}

    @property
    def facts(self):
        """What of it stands on the user."""
        return {name: self.cleaned_data[name] for name in ("name", "role", "sees_all_locations")}


class InviteForm(UserForm):
    """Somebody new. `also` invites them to FeedbackAPI's console too."""

    email = forms.EmailField(label="E-mail", max_length=254)
    name = NameField(required=False, help_text="They may write it differently when they accept.")
    also = forms.BooleanField(
        required=False, label="Invite them to FeedbackAPI’s own console too", help_text="It mails a link of its own."
    )
    field_order = ("email", "name", "role", "sees_all_locations", "locations", "also")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("role", Role.AGENT)
        self.fields["email"].widget.attrs |= {"autocomplete": "off", "autofocus": True}

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        try:
            invitations.refuse_known(email)
        except invitations.CannotInvite as why:
            raise forms.ValidationError(str(why)) from why
        return email

    def clean(self):
        if self.cleaned_data.get("also") and "email" in self.cleaned_data:
            _refuse_at_vendor(self, "also", self.cleaned_data["email"])
        return self.cleaned_data


class VendorInviteForm(forms.Form):
    """All that FeedbackAPI asks of a new user."""

    email = forms.EmailField(label="E-mail", max_length=254)
    send_invite = forms.BooleanField(
        required=False,
        initial=True,
        label="FeedbackAPI mails them a link",
        help_text="Without it you hand on the link yourself: it shows up here once FeedbackAPI has answered.",
    )

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        _refuse_at_vendor(self, "email", email)
        return email


def _refuse_at_vendor(form, field, email):
    """Says at `field` why FeedbackAPI would not, or should not, be asked."""
    try:
        vendor_users.refuse_known(email)
        vendor_users.refuse_full()
    except vendor_users.CannotInvite as why:
        form.add_error(field, str(why))


class AcceptForm(forms.Form):
    """Name and password of somebody who was invited as `email`."""

    name = NameField(label="Your name")
    password1 = forms.CharField(
        label="Password",
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password again", strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password1(self):
        password = self.cleaned_data["password1"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password

    def clean_password2(self):
        if self.cleaned_data["password2"] != self.cleaned_data.get("password1", self.cleaned_data["password2"]):
            raise forms.ValidationError("The two passwords are not the same.")
        return self.cleaned_data["password2"]
