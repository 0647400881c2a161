"""What an admin may type about a connection, checked in words."""

import zoneinfo
from urllib.parse import urlsplit

from django import forms
from django.core.validators import RegexValidator

from accounts import phones
from integrations import connections, credentials, hosts, options
from integrations.choices import Origin, Vendor
from integrations.fields import SecretUnreadable
from integrations.telesign import webhook

STORED = "stored, not shown"
LABELS = {
    "base_url": "Address",
    "api_base_url": "Address of the API",
    "stats_base_url": "Address for call feedback",
    "auth_id": "Auth ID",
    "auth_token": "Auth token",
    "api_key": "API key",
    "hook_user": "User name in hooks",
    "hook_password": "Password in hooks",
    "customer_id": "Customer ID",
    "hook_key": "Key that signs events",
    "hook_secret": "Secret in the events’ address",
    "bodies": "How requests are written",
    "times": "How times are written",
}
# They place no calls and write their times with a zone, so caller ids and a zone would be without effect.
NO_CALLS = {Vendor.TRESTLE, Vendor.FEEDBACKAPI}
# Values that are one of a few words: FeedbackAPI's page says two things of each.
CHOICES = {
    "bodies": [("json", "JSON"), ("form", "As a form")],
    "times": [("unix", "Unix seconds"), ("iso", "ISO 8601")],
}

HINTS = {
    Vendor.TELESIGN: {
        "caller_ids": "Numbers leased from TeleSign, one per line. It has no default: without one nothing is dialled.",
        "hook_key": "Base64, as TeleSign gives it. Where it signs its events with one, nothing else is let in.",
        "hook_secret": "Only where events are not signed: a long random text that ends their address.",
    },
}


def _check_hook_key(value):
    """A key that cannot be read signs nothing, and every event would be refused."""
    if webhook.signature(b"", value) is None:
        raise forms.ValidationError("This is not Base64. Copy the key as TeleSign shows it.")


# RFC 3986, 2.3: what stands in an address as it is, so that TeleSign's spelling of it and ours are one.
_check_hook_secret = RegexValidator(
    r"^[A-Za-z0-9._~-]+\Z", "It becomes part of an address: only letters, digits and . _ ~ - may stand in it."
)
CHECKS = {"hook_key": [_check_hook_key], "hook_secret": [_check_hook_secret]}


def is_address(name):
    return name.endswith("base_url")


class CallerIds(forms.CharField):
    """Phone numbers, one per line, as a list of E.164 texts."""

    widget = forms.Textarea(attrs={"rows": 3, "inputmode": "tel"})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        return list(dict.fromkeys(_e164(line) for line in lines))


def _e164(line):
    try:
        return phones.parse(line).e164
    except phones.PhoneProblem as problem:
        raise forms.ValidationError(f"“{line}”: {problem}") from problem


def check_address(value):
    """Refuses what a browser may not make the server call: only https to a public host (DECISIONS 18)."""
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise forms.ValidationError("Write an address that begins with https://.")
    if not hosts.is_public(parts.hostname):
        raise forms.ValidationError("This address is inside a private network. Write the vendor's public one.")


class ConnectionForm(forms.Form):
    """All of a connection. Secrets can be typed, never read; left empty they stay."""

    is_on = forms.BooleanField(label="Use this connection", required=False)
    caller_ids = CallerIds(
        label="Caller ids", required=False, help_text="One number per line. Leave empty for the vendor's default."
    )
    time_zone = forms.ChoiceField(label="Time zone of the vendor's stamps")

    def __init__(self, connection, *args, **kwargs):
        self.connection = connection
        self.names = connections.setting_names(connection)
        self.secrets = connections.secret_names(connection)
        self.now = _values(connection)
        self.options = [option.name for option in options.offered(connection)]
        columns = {name: getattr(connection, name) for name in self.base_fields}
        kwargs["initial"] = columns | self._shown() | options.of(connection)
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [(zone, zone) for zone in sorted(zoneinfo.available_timezones())]
        self._add_fields()

    def _shown(self):
        return {name: self.now.get(name, "") for name in self.names}

    def _add_fields(self):
        for name in self.names:
            self.fields[name] = _field(name)
        for name in self.secrets:
            self.fields[name] = _secret_field(name, self.now.get(name))
        for option in options.offered(self.connection):
            self.fields[option.name] = option.field()
        for name in self.fields.keys() & HINTS.get(self.connection.vendor, {}).keys():
            self.fields[name].help_text = HINTS[self.connection.vendor][name]
        if self.connection.vendor in NO_CALLS:
            del self.fields["caller_ids"], self.fields["time_zone"]
        self.order_fields([*self.names, *self.secrets, "caller_ids", *self.options, "time_zone", "is_on"])

    def clean(self):
        data = super().clean()
        for name in self.names:
            if name in data and is_address(name):
                data[name] = data[name].rstrip("/")
        if self._will_rule(data):
            self._check_addresses(data)
        return data

    def _will_rule(self, data):
        """Whether saving makes the row's values count instead of the environment's."""
        changed = any(data.get(name, "") != self.now.get(name, "") for name in self.names)
        return changed or any(data.get(name) for name in self.secrets) or self.connection.origin == Origin.SAVED

    def _check_addresses(self, data):
        for name in filter(is_address, self.names):
            try:
                self._check_address(data.get(name, ""))
            except forms.ValidationError as error:
                self.add_error(name, error)
        if self._host_changed(data):
            self._ask_for_secrets(data)

    def _check_address(self, address):
        if not credentials.is_the_operators(self.connection, address):
            check_address(address)

    def _host_changed(self, data):
        host = lambda text: urlsplit(text or "").netloc  # noqa: E731
        return any(host(data.get(name)) != host(self.now.get(name)) for name in filter(is_address, self.names))

    def _ask_for_secrets(self, data):
        """A stored secret must not be sent to a host that somebody just typed."""
        for name in self.secrets:
            if self.now.get(name) and not data.get(name):
                self.add_error(name, "The address is new, so enter this again.")

    def save(self, by):
        """Saves through the deed; returns the fresh connection."""
        data = self.cleaned_data
        return connections.save(
            self.connection,
            by,
            settings={name: data[name] for name in self.names},
            secrets={name: data[name] for name in self.secrets},
            options=self.connection.options | {name: data[name] for name in self.options},
            **{name: data[name] for name in self.base_fields if name in data},
        )


def _values(connection):
    try:
        return connection.values
    except SecretUnreadable:
        return dict(connection.saved_settings)


def _field(name):
    if name in CHOICES:
        return forms.ChoiceField(label=_label(name), choices=CHOICES[name])
    return forms.CharField(label=_label(name), required=is_address(name), max_length=300)


def _label(name):
    return LABELS.get(name, name.replace("_", " ").capitalize())


def _secret_field(name, stored):
    widget = _secret_widget(stored)
    checks = CHECKS.get(name, [])
    return forms.CharField(label=_label(name), required=False, max_length=500, widget=widget, validators=checks)


def _secret_widget(stored):
    attrs = {"autocomplete": "new-password", "placeholder": STORED if stored else "not set"}
    return forms.PasswordInput(render_value=False, attrs=attrs)
