"""Where a customer belongs: FeedbackAPI's list of ids against our location, the other ones, and ids we do not know.

What was added or taken away here and there is counted together, so there is no conflict. The present main location
stays while it is in the list, else the first known one is it. Who moves is seen at the new place, and no longer at
the old one, with the commit.
"""

from customers.models import Customer, Location
from integrations.sync import upsert

_THROUGH = Customer.other_locations.through


def places(connection, rows):
    """{vendor id: primary key} of the locations these CustomerRows name, as far as we know them."""
    return upsert.keys(Location, connection, {one for row in rows for one in row.locations})


def merge(customer, row, known):
    """Puts the vendor's list into `customer`. The main location and unknown ids are set, the others wait for `save`.

    known   what `places` gives;  customer.was   the CustomerRow that is the base, or None
    """
    here = [customer.location] * (customer.location_id is not None) + list(customer.other_locations.all())
    known = known | {one.vendor_id: one.pk for one in here if one.vendor_id}
    wanted = _wanted(customer, row, [one.vendor_id for one in here if one.vendor_id])
    ours_only = [one.pk for one in here if not one.vendor_id]  # the vendor has none of these
    keys = list(dict.fromkeys([known[one] for one in wanted if one in known] + ours_only))
    if customer.location_id not in keys:
        customer.location_id = keys[0] if keys else None
    customer.vendor_locations = [one for one in wanted if one not in known]
    customer.elsewhere = [key for key in keys if key != customer.location_id]


def _wanted(customer, row, here):
    """The vendor's ids as they should be: theirs, with what we added and without what we took away."""
    ours = [*here, *customer.vendor_locations]
    told = customer.was is not None and "locations" in customer.was.raw
    base = customer.was.locations if told else ()
    theirs = [one for one in row.locations if one in ours or one not in base]
    return theirs + [one for one in ours if one not in base and one not in theirs]


def save(customers):
    """Writes the other locations of customers that `merge` had in hand."""
    customers = [one for one in customers if hasattr(one, "elsewhere")]
    now = {one.pk: set() for one in customers}
    for key, place in _THROUGH.objects.filter(customer__in=now).values_list("customer", "location"):
        now[key].add(place)
    for one in customers:
        if gone := now[one.pk] - set(one.elsewhere):
            _THROUGH.objects.filter(customer=one, location__in=gone).delete()
    new = [(one.pk, place) for one in customers for place in one.elsewhere if place not in now[one.pk]]
    if new:
        upsert.Table(_THROUGH, ("customer_id", "location_id")).insert(new)


def add_new(connection, others):
    """`others`: (vendor id, primary keys of locations) of new customers that belong to more than one."""
    if not others:
        return
    keys = upsert.keys(Customer, connection, [vendor_id for vendor_id, _ in others])
    rows = [(keys[vendor_id], place) for vendor_id, found in others for place in dict.fromkeys(found)]
    upsert.Table(_THROUGH, ("customer_id", "location_id")).insert(rows)


def take_up(connection, vendor_ids):
    """Customers that wait for a location of these ids belong to it now."""
    known = upsert.keys(Location, connection, vendor_ids)
    waiting = Customer.objects.filter(connection=connection).exclude(vendor_locations=[])
    ids = waiting.values_list("pk", "vendor_locations").iterator()
    theirs = [pk for pk, wanted in ids if not known.keys().isdisjoint(wanted)]
    for customer in Customer.objects.filter(pk__in=theirs).order_by("pk").select_for_update(no_key=True):
        _place(customer, [known[one] for one in customer.vendor_locations if one in known])
        customer.vendor_locations = [one for one in customer.vendor_locations if one not in known]
        customer.save(update_fields=["location", "vendor_locations"])


def _place(customer, keys):
    others = [key for key in keys if key != customer.location_id]
    if customer.location_id is None:
        customer.location_id, *others = others
    customer.other_locations.add(*others)
