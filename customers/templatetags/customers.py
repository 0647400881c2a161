"""Small words about locations, accounts and customers, and about where they stand at FeedbackAPI."""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse

from customers import countries
from customers.models import ClientAccount, Location
from integrations import chips

register = template.Library()
_FIELDS = {
    "sms_allowance": "Text messages a month",
    "max_locations": "Most locations",
    "max_users": "Most users",
    "max_campaigns": "Most campaigns",
    "active": "Active or not",
    "country_code": "Country",
    "postal_code": "Postal code",
    "address_line_1": "Address",
    "address_line_2": "Second address line",
    "address_line_3": "State or third line",
    "email": "E-mail",
    "mobile_number": "Mobile number",
    "fname": "First name",
    "sname": "Last name",
    "opt_out": "Opted out or not",
}
# The first word of a delivery's key -> the page of its row.
_ROOMS = {"location": "customers:location", "account": "customers:account", "customer": "customers:edit"}
_PAGES = {Location: "customers:location", ClientAccount: "customers:account"}


@register.filter
def when(at):
    """A time of today as 14:02, an earlier one with its day, in the reader's zone."""
    return chips.clock_time(at)


@register.filter
def deed(delivery):
    """What a delivery is about: "New location"."""
    return chips.deed_of(delivery.kind).capitalize() or delivery.kind


@register.simple_tag
def row_of(delivery):
    """(address, words) of the row of ours that a delivery is about, told from its key; ("", "") for none of them."""
    word, _, pk = delivery.key.partition(":")
    if word not in _ROOMS or not pk.isdigit():
        return "", ""
    name = (delivery.payload.get("values") or {}).get("name") or f"{word} {pk}"
    return reverse(_ROOMS[word], args=[pk]), f"{deed(delivery)}: {name}"


@register.filter
def field_words(conflict):
    """What a conflict is about, in words."""
    return _FIELDS.get(conflict.field, conflict.field.replace("_", " ").capitalize())


@register.filter
def plain(value):
    """A JSON value as people read it; a dash for nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in (None, "") else str(value)


@register.simple_tag
def page_of(row):
    """The address of a location's, an account's or a customer's page."""
    return reverse(_PAGES.get(type(row), "customers:edit"), args=[row.pk])


@register.filter
def country(code):
    """ "PT" as "Portugal (PT)"; what is no country as it stands, nothing as a dash."""
    name = countries.names().get(code)
    return f"{name} ({code})" if name else code or "–"


@register.filter
def of_most(used, most):
    """ "5 of 10", or "5, unlimited"; what is not reported is said so."""
    count = "not reported" if used is None else intcomma(used)
    return f"{count} of {intcomma(most)}" if most is not None else f"{count}, unlimited"
