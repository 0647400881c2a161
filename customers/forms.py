"""A customer as people type it."""

import zoneinfo

from django import forms
from django.conf import settings

from customers import phones, services
from customers.models import Customer, Location


class ResponseIdForm(forms.Form):
    """A Trestle response id as a person read it elsewhere."""

    response_id = forms.CharField(
        label="Response id of a look-up",
        max_length=60,
        help_text="Trestle’s phone feedback must name the look-up it belongs to. Type it in where ours brought none.",
        widget=forms.TextInput(attrs={"placeholder": "T_…"}),
    )


class CustomerForm(forms.ModelForm):
    """`phone_text` is any spelling of a number; it cleans to `phone_e164`, or empty."""

    phone_text = forms.CharField(
        label="Phone number",
        max_length=60,
        required=False,
        help_text="With + and the country code, or as dialled at home.",
    )

    class Meta:
        model = Customer
        fields = ["name", "email", "location", "language", "time_zone", "out_contact_id"]
        labels = {"out_contact_id": "Contact id in the CRM", "language": "Language"}
        help_texts = {
            "time_zone": "Like Europe/Lisbon. Empty: told from the number.",
            "out_contact_id": "CCAI names a caller by it when a call is placed by ticket.",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = Location.objects.visible_to(user).filter(is_active=True)
        self.fields["location"].required = not user.sees_all_locations
        if self.instance.phone_id:
            self.initial["phone_text"] = phones.display(self.instance.phone.e164)
        self.order_fields(["name", "phone_text", "email", "location", "language", "time_zone", "out_contact_id"])

    def clean_phone_text(self):
        text = self.cleaned_data["phone_text"].strip()
        self.cleaned_data["phone_e164"] = ""
        if text:
            try:
                self.cleaned_data["phone_e164"] = phones.parse(text, settings.PHONE_REGION).e164
            except phones.PhoneProblem as problem:
                raise forms.ValidationError(str(problem)) from problem
        return text

    def clean_time_zone(self):
        name = self.cleaned_data["time_zone"].strip()
        if name and name not in zoneinfo.available_timezones():
            raise forms.ValidationError("There is no such time zone. Write it like Europe/Lisbon or America/New_York.")
        return name

    def save_by(self, user):
        """The saved customer, through the deed."""
        changed = self.changed_data if self.instance.pk else ()
        return services.save_customer(self.instance, self.cleaned_data["phone_e164"], user, changed)
