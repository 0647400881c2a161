"""What FeedbackAPI should be told of a row: where our columns differ from what it last showed (`vendor_raw`).

Values stand under the vendor's names. What has an open conflict is left out until an admin has decided.
A value that FeedbackAPI cannot be told (an e-mail address taken away) is no difference.
"""

from customers import names, phones
from customers.models import ClientAccount, Customer, Location
from integrations.feedbackapi import reports
from integrations.text import cut

# The vendor's name -> our column.
LOCATION = {
    name: name for name in ("name", "address_line_1", "address_line_2", "address_line_3", "postal_code", "country_code")
}
ACCOUNT = {"name": "name", "active": "is_active"} | {
    name: name for name in ("max_locations", "max_users", "max_campaigns", "sms_allowance")
}
# Texts that may be emptied there; of the others an empty one of ours says nothing.
MAY_BE_EMPTY = {"address_line_1", "address_line_2", "address_line_3", "postal_code", "sname"}
# One name here, two there: a conflict about the one is about both.
PARTS = {"name": ("fname", "sname")}


def of(row):
    """{vendor's name: our value} of all that differs, plain JSON; asks the database for open conflicts."""
    found = _OF[type(row)](row)
    if row.pk and found:
        for field in row.conflicts.filter(resolved_at=None).values_list("field", flat=True):
            for name in (field, *(PARTS.get(field, ()) if isinstance(row, Customer) else ())):
                found.pop(name, None)
    return found


def is_same(row):
    """Whether FeedbackAPI shows what we have, as far as one row tells: for lists, asks nothing."""
    return not _SIMPLE[type(row)](row)


def kept_there(row):
    """What is empty here and cannot be emptied there, in a sentence; "" for nothing."""
    if not isinstance(row, Customer) or not row.is_at_vendor:
        return ""
    base = reports.customer(row.vendor_raw)
    kept = [("e-mail address", base.email and not row.email)]
    kept += [("mobile number", base.mobile_number and not (row.phone_id or row.vendor_mobile))]
    names_of_kept = " and the ".join(name for name, is_kept in kept if is_kept)
    return f"FeedbackAPI keeps the {names_of_kept}: it cannot be taken away there." if names_of_kept else ""


def shown(field, row):
    """What `vendor_raw` says under a vendor's name, as it came."""
    return row.vendor_raw.get(field)


def _of_location(location):
    found = _simple_location(location)
    new = [profile.url for profile in location.review_profiles.all() if profile.told_at is None]
    return found | ({"review_profile": new} if new else {})


def _simple_location(location):
    return _columns(location, reports.location(location.vendor_raw), LOCATION)


def _of_account(account):
    return _columns(account, reports.account(account.vendor_raw), ACCOUNT)


def _columns(row, base, columns):
    found = {}
    for field, column in columns.items():
        ours, theirs = getattr(row, column), getattr(base, field)
        if field == "active" and theirs is None:  # not told: as good as active
            theirs = True
        limit = row._meta.get_field(column).max_length
        if limit and ours == cut(theirs, limit):
            continue
        if ours != theirs and (ours != "" or field in MAY_BE_EMPTY):
            found[field] = None if ours == "" else ours
    return found


def _of_customer(customer):
    return _simple_customer(customer) | _locations(customer)


def _simple_customer(customer):
    base = reports.customer(customer.vendor_raw)
    found = _name(customer, base)
    if customer.email and customer.email.lower() != base.email.lower():
        found["email"] = customer.email
    if customer.phone_id and customer.phone.e164 != _e164(base.mobile_number):
        found["mobile_number"] = customer.phone.e164
    if customer.country_code and customer.country_code != base.country_code[:10]:
        found["country_code"] = customer.country_code
    if bool(customer.opted_out_at) != bool(base.opt_out):
        found["opt_out"] = bool(customer.opted_out_at)
    return found


def _name(customer, base):
    if customer.name == names.shown(base):
        return {}
    pair = dict(zip(PARTS["name"], names.split(customer.name, base.fname, base.sname), strict=True))
    return {field: part or None for field, part in pair.items() if part != getattr(base, field)}


def _e164(text):
    try:
        return phones.parse(text).e164 if text else ""
    except phones.PhoneProblem:
        return text


def _locations(customer):
    """Which to join and which to leave. One that we do not know, or that waits to be known, is never left."""
    theirs = set(reports.customer(customer.vendor_raw).locations)
    ours = set(vendor_ids(customer))
    known = set(Location.objects.filter(vendor_id__in=theirs - ours).values_list("vendor_id", flat=True))
    found = {"location_add": sorted(ours - theirs), "location_remove": sorted(known - set(customer.vendor_locations))}
    return {name: ids for name, ids in found.items() if ids}


def vendor_ids(customer):
    """Ids of the customer's locations that FeedbackAPI has, the first one first."""
    first = [customer.location] if customer.location_id else []
    return [one.vendor_id for one in [*first, *customer.other_locations.all()] if one.is_at_vendor]


_OF = {Location: _of_location, ClientAccount: _of_account, Customer: _of_customer}
_SIMPLE = {Location: _simple_location, ClientAccount: _of_account, Customer: _simple_customer}


# --- What creates one -------------------------------------------------------------------------


def creation(row):
    """The arguments that create it there."""
    return _CREATION[type(row)](row)


def _new_location(location):
    return {name: value for name, value in _of_location(location).items() if value is not None}


def _new_account(account):
    values = {field: getattr(account, column) for field, column in ACCOUNT.items()} | {"verb": account.verb}
    template = {"account_template": account.account_template} if account.account_template else {}
    return values | template


def _new_customer(customer):
    person = _simple_customer(customer)
    person.pop("opt_out", None)  # no argument of a creation; the update that follows tells it
    return {"location": vendor_ids(customer)[0]} | {name: value for name, value in person.items() if value}


_CREATION = {Location: _new_location, ClientAccount: _new_account, Customer: _new_customer}


def why_not(row):
    """Why FeedbackAPI cannot be given a row that it has not got, in a sentence; "" when it can."""
    return _WHY_NOT[type(row)](row)


def _why_not_location(location):
    return "" if location.country_code else "needs a country"


def _why_not_account(account):
    return "" if account.verb else "say whether people “use” or “visit” this company"


def _why_not_customer(customer):
    if not (customer.email or customer.phone_id):
        return "needs an e-mail address or a mobile number"
    if customer.opted_out_at:
        return "opted out"
    if not vendor_ids(customer):
        return "needs a location that FeedbackAPI has"
    return ""


_WHY_NOT = {Location: _why_not_location, ClientAccount: _why_not_account, Customer: _why_not_customer}
