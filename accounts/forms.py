"""What people fill in: sign-in and passwords (allauth's forms in our words), profile, tokens."""

from datetime import timedelta

from allauth.account import forms as allauth
from django import forms
from django.utils import timezone
from django.utils.functional import lazy

from accounts import phones, timezones
from accounts.choices import Lifetime, Scope, Theme
from accounts.models import ApiToken, User


def _say(form, **labels):
    """Our labels, and no placeholders: a placeholder is gone as soon as one types."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


PASSWORD_HELP = "At least 12 characters. A few words in a row are good; a common password is refused."


class SignInForm(allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, login="E-mail", password="Password", remember="Keep me signed in after closing the browser")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["remember"].help_text = "For a day at most. Not on a computer you share."


class PasswordForgottenForm(allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, email="E-mail")


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, password1="New password", password2="New password again")
        self.fields["password1"].help_text = PASSWORD_HELP


class PasswordChangeForm(allauth.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, oldpassword="Current password", password1="New password", password2="New password again")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = PASSWORD_HELP


class NameField(forms.CharField):
    """What colleagues call a person: one line without stray spaces."""

    default_error_messages = {"required": "Write the name your colleagues know you by."}  # noqa: RUF012  (Django's way)

    def __init__(self, **options):
        super().__init__(**{"max_length": 150, "widget": forms.TextInput({"autocomplete": "name"}), **options})

    def clean(self, value):
        return super().clean(" ".join(str(value or "").split()))


class ProfileForm(forms.ModelForm):
    """What a person says about themselves. Role, locations and sign-in e-mail are an admin's business."""

    name = NameField()
    theme = forms.ChoiceField(choices=Theme.choices, required=False, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(label="Time zone", help_text="All times are shown in it.")
    default_caller_id = forms.CharField(
        label="Default caller id",
        required=False,
        max_length=40,  # with spaces and brackets; what is kept is E.164 and shorter
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        help_text="The number customers see, unless you choose another before a call.",
    )

    phone = forms.CharField(
        label="Your phone",
        required=False,
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        help_text="Plivo and TeleSign join this phone with the customer’s. CCAI does not need it.",
    )

    class Meta:
        model = User
        fields = ["name", "time_zone", "ccai_email", "phone", "default_caller_id", "theme", "shortcuts_on"]
        labels = {"shortcuts_on": "Keyboard shortcuts on"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = lazy(timezones.choices, list)(self.initial.get("time_zone", ""))

    def clean_default_caller_id(self):
        return self._number("default_caller_id")

    def clean_phone(self):
        return self._number("phone")

    def _number(self, name):
        typed = self.cleaned_data[name]
        try:
            return phones.parse(typed).e164 if typed else ""
        except phones.PhoneProblem as problem:
            raise forms.ValidationError(str(problem), code="phone") from problem


class TokenForm(forms.Form):
    """A new token of `user`. `expires_at()` is a moment or None for never."""

    name = forms.CharField(max_length=100, help_text="What will use it, for example: nightly export.")
    scope = forms.ChoiceField(label="May", choices=Scope.choices, initial=Scope.READ, widget=forms.RadioSelect)
    lifetime = forms.ChoiceField(
        label="Expires after", choices=Lifetime.choices, initial=Lifetime.QUARTER, widget=forms.RadioSelect
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_name(self):
        name = self.cleaned_data["name"]
        if ApiToken.objects.filter(user=self.user, name=name, revoked_at=None).exists():
            raise forms.ValidationError("You have a token of this name. Choose another name, or revoke that one first.")
        return name

    def expires_at(self):
        days = Lifetime(self.cleaned_data["lifetime"]).days
        return timezone.now() + timedelta(days=days) if days else None
