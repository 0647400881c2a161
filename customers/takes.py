"""Taking FeedbackAPI's side of a conflict into our row, and what its words may look like there."""

from customers import names, phones
from customers.differences import ACCOUNT, LOCATION
from customers.models import Customer, Location
from integrations.text import cut

_CUSTOMER = {"email": "email", "country_code": "country_code"}


def take(row, field, theirs):
    """Saves the vendor's value of a conflict as ours and as the base."""
    columns = _take_person(row, field, theirs) if isinstance(row, Customer) else _take_column(row, field, theirs)
    row.vendor_raw = {**row.vendor_raw, **{name: values[0] for name, values in as_sent(field, theirs).items()}}
    row.save(update_fields=[*columns, "vendor_raw"])


def _take_column(row, field, theirs):
    column = (LOCATION if isinstance(row, Location) else ACCOUNT).get(field)
    if column is None:
        return []
    setattr(row, column, _fitting(row, column, theirs))
    return [column]


def _fitting(row, column, theirs):
    limit = row._meta.get_field(column).max_length
    return cut(theirs or "", limit) if limit else theirs


def _take_person(customer, field, theirs):
    if field in _CUSTOMER:
        setattr(customer, field, _fitting(customer, field, theirs))
        return [field]
    if field == "mobile_number":
        return _take_number(customer, theirs or "")
    if field == "name" and theirs:
        customer.name = cut(theirs, names.NAME_KEPT)
        return ["name"]
    return []


def _take_number(customer, text):
    try:
        customer.phone, customer.vendor_mobile = phones.get_number(phones.parse(text).e164), ""
    except phones.PhoneProblem:
        customer.phone, customer.vendor_mobile = None, text[:60]
    return ["phone", "vendor_mobile"]


def as_sent(field, theirs):
    """{vendor's name: [what may stand there]} for a conflict's value: one name of ours may be cut anywhere there."""
    if field != "name" or not isinstance(theirs, str):
        return {field: [theirs]}
    words = theirs.split()
    cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in (len(words) - 1, *range(len(words) + 1)) if at >= 0]
    parts = {"fname": [first or None for first, _ in cuts], "sname": [last or None for _, last in cuts]}
    return {"name": [theirs]} | parts
