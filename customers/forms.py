"""Customers, locations and client accounts as people type them. Page and REST share these forms and their sentences."""

import json
import zoneinfo

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.functional import cached_property

from accounts import timezones
from accounts.filters import LenientForm, any_of
from customers import countries, limits, phones, services
from customers.choices import At, Verb
from customers.fields import Several
from customers.models import ClientAccount, Customer, Location
from integrations.feedbackapi.bodies import is_id
from integrations.text import web_address

NO_SUCH_ZONE = "There is no such time zone. Write it like Europe/Lisbon or America/New_York."


class ResponseIdForm(forms.Form):
    """A Trestle response id as a person read it elsewhere."""

    response_id = forms.CharField(
        label="Response id of a look-up",
        max_length=60,
        help_text="Trestle’s phone feedback must name the look-up it belongs to. Type it in where ours brought none.",
        widget=forms.TextInput(attrs={"placeholder": "T_…"}),
    )


class CountryField(forms.ChoiceField):
    """Two letters of ISO 3166, in any case; what a row has already stays on the list."""

    default_error_messages = {"invalid_choice": "“%(value)s” is no country: write its two letters, like PT or US."}

    def __init__(self, **kwargs):
        super().__init__(choices=countries.choices, required=False, label="Country", **kwargs)

    def to_python(self, value):
        text = super().to_python(value).strip()
        return text.upper() if countries.is_known(text.upper()) else text

    def keep(self, value):
        """Offers what a row has, whatever it is."""
        self.choices = countries.choices(value)


class Kept(forms.ModelForm):
    """What FeedbackAPI refused is said beside the field that it named, in its own words.

    `refused` is (its name of the field, its words); `columns` says which field of ours that is. A page carries what it
    showed (`shown`), so that what a colleague or a reading wrote meanwhile is not taken for what its person changed.
    """

    columns = {}

    def __init__(self, *args, refused=("", ""), **kwargs):
        super().__init__(*args, **kwargs)
        name, words = refused
        name = self.columns.get(name, name)
        if name in self.fields:
            self.fields[name].help_text = f"FeedbackAPI refused this: “{words}”"
            self.fields[name].widget.attrs["aria-invalid"] = "true"
        if "country_code" in self.fields:
            self.fields["country_code"].keep(self.instance.country_code)

    @property
    def changed(self):
        """The fields a person changed; of a new row, all that were filled in."""
        return [name for name in self.fields if self._is_changed(name)]

    def _is_changed(self, name):
        if name not in self._seen:
            return name in self.changed_data
        return self.fields[name].has_changed(self._seen[name], self[name].data)

    def rows(self, name, now):
        """The rows of a field for several: those it has `now`, with what the person added and without what they took
        away."""
        posted = set(self.cleaned_data[name])
        if name not in self._seen:
            return posted
        seen = set(map(str, self._seen[name] or ()))
        shown = {row for row in self.fields[name].queryset if str(row.pk) in seen}
        return (set(now) | (posted - shown)) - (shown - posted)

    @property
    def shown(self):
        """What the page shows at first, for its hidden field."""
        if self.is_bound:
            return self.data.get("shown", "")
        return json.dumps(
            {name: _plain(self.get_initial_for_field(field, name)) for name, field in self.fields.items()}
        )

    @cached_property
    def _seen(self):
        """field → what the page showed in it; nothing where none was posted by one."""
        try:
            seen = json.loads(self.data.get("shown") or "{}")
        except (ValueError, RecursionError):
            return {}
        lists = {name for name, field in self.fields.items() if isinstance(field, Several)}
        of_page = seen.items() if isinstance(seen, dict) else ()
        return {name: value for name, value in of_page if isinstance(value, list) == (name in lists)}


def _plain(value):
    """As JSON keeps it; of rows their keys."""
    if isinstance(value, str | int | None):
        return value
    return [row.pk for row in value] if hasattr(value, "__iter__") else str(value)


class CustomerForm(Kept):
    """`phone_text` is any spelling of a number; it cleans to `phone_e164`, or empty."""

    columns = {
        "fname": "name", "sname": "name", "mobile_number": "phone_text", "location_add": "other_locations",
        "location_remove": "other_locations",
    }  # fmt: skip
    phone_text = forms.CharField(
        label="Phone number",
        max_length=60,
        required=False,
        help_text="With + and the country code, or as dialled at home. FeedbackAPI gets it as the mobile number.",
    )
    country_code = CountryField()
    other_locations = Several(Location.objects.none(), required=False, label="Further locations")

    class Meta:
        model = Customer
        fields = ["name", "email", "country_code", "location", "language", "time_zone", "out_contact_id"]
        labels = {"out_contact_id": "Contact id in the CRM", "language": "Language", "email": "E-mail"}
        help_texts = {
            "time_zone": "Like Europe/Lisbon. Empty: told from the number.",
            "out_contact_id": "CCAI names a caller by it when a call is placed by ticket.",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self._offer_locations()
        if self.instance.phone_id:
            self.initial["phone_text"] = phones.display(self.instance.phone.e164)
        first = ["name", "phone_text", "email", "country_code", "location", "other_locations"]
        self.order_fields([*first, "language", "time_zone", "out_contact_id"])

    def _offer_locations(self):
        """Those of the user's sight; an inactive one only where the customer is in it already."""
        seen, mine = Location.objects.visible_to(self.user), self.instance
        others = set(mine.other_locations.values_list("pk", flat=True)) if mine.pk else set()
        offered = seen.filter(is_active=True) | seen.filter(pk__in={*others, mine.location_id} - {None})
        self.fields["location"].queryset = self.fields["other_locations"].queryset = offered.distinct()
        self.first_is_unseen = bool(mine.location_id) and not seen.filter(pk=mine.location_id).exists()
        self.fields["location"].empty_label = "None"
        self.fields["location"].required = not (self.user.sees_all_locations or self.first_is_unseen)
        if self.first_is_unseen:
            self.initial.pop("location", None)
            self.fields["location"].help_text = "This customer belongs to a location you do not see; empty leaves that."
        self.initial["other_locations"] = offered.filter(pk__in=others)

    def clean_location(self):
        chosen = self.cleaned_data["location"]
        return self.instance.location if chosen is None and self.first_is_unseen else chosen

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
        return _zone(self.cleaned_data["time_zone"])

    def save_by(self, user):
        """The saved customer, through the deed."""
        is_new = self.instance.pk is None
        changed = () if is_new else self.changed
        others = self.rows("other_locations", () if is_new else self.instance.other_locations.all())
        return services.save_customer(self.instance, self.cleaned_data["phone_e164"], user, changed, others)


class OptInForm(forms.Form):
    """Somebody wants to hear from us again; a person says how that is known."""

    reason = forms.CharField(
        label="How and when they asked for it",
        max_length=300,
        help_text="This stands in the audit, with your name.",
    )
    confirm = forms.BooleanField(label="They asked for it themselves", required=True)


class Profiles(forms.CharField):
    """Addresses, one a line, as a list; http and https only."""

    widget = forms.Textarea(attrs={"rows": 3, "inputmode": "url"})

    def to_python(self, value):
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        return [_web_address(line) for line in dict.fromkeys(lines)]


def _web_address(line):
    if not web_address(line):
        raise forms.ValidationError(f"“{line[:80]}” is no web address: it begins with https:// or http://.")
    if len(line) > 2000:
        raise forms.ValidationError("This address is longer than 2,000 characters.")
    return line


def _zone(text):
    name = text.strip()
    if name and name not in zoneinfo.available_timezones():
        raise forms.ValidationError(NO_SUCH_ZONE)
    return name


class LocationForm(Kept):
    """A location on one page: what it is called, where it is, whose it is, who belongs to it, where it is reviewed."""

    columns = {"review_profile": "profiles", "max_locations": "account"}
    country_code = CountryField()
    profiles = Profiles(
        label="Add review profiles",
        required=False,
        help_text="One web address a line. FeedbackAPI adds them and can neither list nor remove them.",
    )

    class Meta:
        model = Location
        fields = [
            *("name", "address_line_1", "address_line_2", "address_line_3", "postal_code", "country_code"),
            *("time_zone", "account", "members"),
        ]
        labels = {"address_line_1": "Address", "address_line_2": "Second line", "account": "Client account"}
        help_texts = {"account": "FeedbackAPI does not say whose a location is, so it is set here."}
        widgets = {"time_zone": forms.Select}
        field_classes = {"members": Several}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country_code"].required = self.instance.pk is None  # FeedbackAPI creates none without
        self.fields["account"].queryset = _accounts_for(self.instance)
        self.fields["account"].empty_label = "Not set"
        self.fields["members"].queryset = _people_for(self.instance)
        self.fields["members"].label = "Who belongs to it"
        if self.instance.pk is None:
            self.initial["time_zone"] = timezone.get_current_timezone_name()  # nearer to theirs than UTC
        self.fields["time_zone"].widget.choices = timezones.choices(self.instance.time_zone)

    def clean_time_zone(self):
        return _zone(self.cleaned_data["time_zone"])

    def clean_account(self):
        account = self.cleaned_data["account"]
        is_new_here = account and account.pk != self.initial.get("account")
        if is_new_here and (why := limits.why_no_location(account)):
            raise forms.ValidationError(why)
        return account

    def save_by(self, user):
        """The saved location, through the deed."""
        members = self.rows("members", self.instance.members.all() if self.instance.pk else ())
        return services.save_location(self.instance, user, self.changed, members, self.cleaned_data["profiles"])


def _accounts_for(location):
    active = ClientAccount.objects.filter(is_active=True, gone_at=None)
    return (active | ClientAccount.objects.filter(pk=location.account_id)).distinct()


def _people_for(location):
    """Who is not seeing every location anyway, and whoever is a member already."""
    people = get_user_model().objects.filter(is_active=True, sees_all_locations=False)
    mine = get_user_model().objects.filter(locations=location.pk) if location.pk else people.none()
    return (people | mine).distinct().order_by("name", "email")


class AccountForm(Kept):
    """A client account with its four limits. Verb and template are asked for until FeedbackAPI has it."""

    columns = {"active": "name"}

    class Meta:
        model = ClientAccount
        fields = [
            *("name", "verb", "account_template"),
            *("max_locations", "max_users", "max_campaigns", "sms_allowance"),
        ]
        help_texts = {
            "verb": "FeedbackAPI’s standard messages are written with it: “Thank you for visiting …”.",
            "account_template": "Id of a template of FeedbackAPI that the account is made from.",
            "max_locations": "Empty is unlimited.",
            "max_users": "Empty is unlimited.",
            "max_campaigns": "Empty is unlimited. Campaigns are not reported, so this cannot be checked here.",
            "sms_allowance": "Empty is unlimited.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.vendor_id:
            del self.fields["verb"], self.fields["account_template"]
        else:
            self.fields["verb"].choices = [("", "Choose"), *Verb.choices]
            self.fields["verb"].required = True

    def clean_account_template(self):
        text = self.cleaned_data["account_template"].strip()
        if text and not is_id(text):
            raise forms.ValidationError("An id of FeedbackAPI is made of letters, digits, - and _.")
        return text

    def save_by(self, user):
        """The saved account, through the deed."""
        return services.save_account(self.instance, user, self.changed)


class LocationFilters(LenientForm):
    q = forms.CharField(required=False, max_length=100, label="Name, town or postal code")
    account = forms.ModelChoiceField(ClientAccount.objects.all(), required=False, empty_label="Any account")
    active = forms.ChoiceField(
        required=False, choices=any_of("Active or not", [("yes", "Active"), ("no", "Inactive")]), label="Active"
    )
    at = forms.ChoiceField(required=False, choices=any_of("FeedbackAPI or not", At.choices), label="At FeedbackAPI")
