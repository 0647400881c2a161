"""Creating, updating and deleting locations."""

from integrations.sandbox.feedbackapi import accounts, reading, tables
from integrations.sandbox.feedbackapi.body import arguments, read, require
from integrations.sandbox.feedbackapi.printing import one
from integrations.sandbox.feedbackapi.shapes import LOCATIONS, REVIEWS
from integrations.sandbox.feedbackapi.values import country, nullable, text, texts

_LINE = nullable(text)
_ARGUMENTS = {
    "name": text, "address_line_1": _LINE, "address_line_2": _LINE, "address_line_3": _LINE, "postal_code": _LINE,
    "country_code": country, "review_profile": texts,
}  # fmt: skip
_REQUIRED = ("name", "country_code")


def create(world, request):
    """A new location in the account, if that has room; never an update."""
    given = read(body := arguments(request), _ARGUMENTS)
    require(body, *_REQUIRED)
    account = accounts.room(world, "max_locations")
    location = {"id": tables.new_id(), "created": int(world.now().timestamp()), "account": account}
    profiles = _joined([], given.pop("review_profile", []))
    tables.insert(world.store, LOCATIONS, [location | given | {"review_profile": profiles}])
    return reading.retrieve(world, request, location["id"], LOCATIONS.name)


def update(world, request, number):
    """Set what was passed; review profiles are added to those there are, and never printed."""
    location = reading.kept(world, LOCATIONS, number)
    given = read(body := arguments(request), _ARGUMENTS)
    require(body, *(name for name in _REQUIRED if name in body))
    if "review_profile" in given:
        given["review_profile"] = _joined(profiles(location), given["review_profile"])
    tables.update(world.store, LOCATIONS, number, given)
    return one(world, LOCATIONS, location | given)


def profiles(location):
    """The review profile addresses of a location with its hidden columns."""
    return (location["review_profile"] or "").split()


def _joined(known, added):
    # An address has no space in it, so lines need no list of their own.
    return "\n".join(dict.fromkeys([*known, *added]))


def delete(world, request, number):
    """Make a location inactive, and the reviews attached to it with it."""
    deleted = reading.delete(world, request, number, LOCATIONS.name)
    world.store.sql(f"UPDATE {REVIEWS.table} SET listed = 0 WHERE location = ?", [number])
    return deleted
