"""Creating and updating customers: one is unique by e-mail address or mobile number."""

from integrations.sandbox.feedbackapi import tables
from integrations.sandbox.feedbackapi.body import arguments, read
from integrations.sandbox.feedbackapi.printing import one
from integrations.sandbox.feedbackapi.reading import kept
from integrations.sandbox.feedbackapi.refusals import Refused, missing
from integrations.sandbox.feedbackapi.shapes import CUSTOMERS, LOCATIONS
from integrations.sandbox.feedbackapi.values import country, email, flag, mobile, nullable, text, texts

_PERSON = {
    "email": nullable(email),
    "mobile_number": nullable(mobile),
    "fname": nullable(text),
    "sname": nullable(text),
    # Missing among the arguments of create, used in its sample.
    "country_code": nullable(country),
}
_CREATE = _PERSON | {"location": text}


def _several(value):
    """A list, or a form's one value without brackets."""
    return texts([value] if isinstance(value, str) else value)


_UPDATE = _PERSON | {"opt_out": flag, "location_add": _several, "location_remove": _several}


def create(world, request):
    """A new customer, or an update of the one with this e-mail address or number."""
    given = read(arguments(request), _CREATE)
    if not given.get("email") and not given.get("mobile_number"):
        raise missing("email")
    if not given.get("location"):
        raise missing("location")
    location = _location(world, given.pop("location"), "location")
    known = _known(world, given)
    number = known["id"] if known else _keep(world, given)
    if known:
        _no_other(world, number, given)
        # Being added again makes an inactive customer active.
        tables.update(world.store, CUSTOMERS, number, given | {"listed": 1})
    return _attached(world, number, [location], [])


def update(world, request, number):
    """Set what was passed; the rest stays."""
    customer = kept(world, CUSTOMERS, number)
    given = read(arguments(request), _UPDATE)
    added = [_location(world, item, "location_add") for item in given.pop("location_add", [])]
    removed = given.pop("location_remove", [])
    after = customer | given
    if not after["email"] and not after["mobile_number"]:
        raise missing("email")
    _no_other(world, number, given)
    tables.update(world.store, CUSTOMERS, number, given)
    return _attached(world, number, added, removed)


def _location(world, number, param):
    if tables.by_id(world.store, LOCATIONS, number) is None:
        raise Refused(400, f"No such location: {number}", param)
    return number


def _holder(world, column, value):
    """Who has this address or number, inactive ones too: that is why they are kept."""
    found = tables.select(world.store, CUSTOMERS, f"listed IN (0, 1) AND {column} = ?", [value], limit=1)
    return found[0] if found else None


def _known(world, given):
    for column in ("email", "mobile_number"):
        if given.get(column) and (holder := _holder(world, column, given[column])):
            return holder
    return None


def _no_other(world, number, given):
    for column in ("email", "mobile_number"):
        holder = _holder(world, column, given[column]) if given.get(column) else None
        if holder and holder["id"] != number:
            raise Refused(400, f"Another customer already has this {column}", column)


def _keep(world, given):
    customer = {
        "id": tables.new_id(), "created": int(world.now().timestamp()), "invalid": False, "opt_out": False,
        "locations": [],
    }  # fmt: skip
    tables.insert(world.store, CUSTOMERS, [customer | given])
    return customer["id"]


def _attached(world, number, added, removed):
    """The customer as printed, after joining and leaving locations."""
    customer = kept(world, CUSTOMERS, number)
    locations = [item for item in dict.fromkeys([*customer["locations"], *added]) if item not in removed]
    tables.update(world.store, CUSTOMERS, number, {"locations": locations})
    return one(world, CUSTOMERS, customer | {"locations": locations})
