"""What a dry run would have made of a file's customers so far: nothing of it is in the database."""

import json
from collections import defaultdict

from django.utils import timezone

from customers.imports import files
from customers.models import Customer

PUT_BY = (
    "pk", "name", "email", "out_contact_id", "country_code", "language", "time_zone", "location_id", "e164",
)  # fmt: skip


def keys_of(contact, email, phone, name):
    """[(what it is, value)] by which a customer or a row is known: the name only where there is nothing else."""
    said = [("contact", contact), ("email", email.lower()), ("phone", phone)]
    return [one for one in said if one[1]] or ([("name", name)] if name else [])


def known_by(customer):
    """The same of a Customer with its `e164`."""
    return keys_of(customer.out_contact_id, customer.email, customer.e164, customer.name)


class Tried:
    """The customers that a dry run would have made or changed in the portions before, as they would be now.

    Nothing of them is in the database. They are kept only where a row further down may mean them again: where they are
    known by what the file says more than once (`again`), or by their name alone.
    """

    def __init__(self, again):
        self.again, self.by, self.here, self.order = again, defaultdict(list), {}, {}

    def keep(self, customer):
        """As it would be now; it changes further in place."""
        said = known_by(customer)
        if not any(name == "name" or f"{name}:{value}" in self.again for name, value in said):
            return
        self.order.setdefault(id(customer), len(self.order))
        if customer.pk:
            self.here[customer.pk] = customer
        for one in said:
            if not any(other is customer for other in self.by[one]):
                self.by[one].append(customer)

    def instead(self, rows, people):
        """Of these people the customers in the database, and those that would be there: the oldest first."""
        found = {id(one): one for one in (self.here.get(row.pk, row) for row in rows)}
        for person in people:
            for one in keys_of(person.contact, person.email, person.phone, person.name):
                found |= {id(customer): customer for customer in self.by.get(one, ())}
        return sorted(found.values(), key=lambda one: (one.pk is None, one.pk or self.order[id(one)]))

    def put_by(self, run):
        """Keeps them for the next turn, beside the file and as private: a process of its own may go on there."""
        each = {id(one): one for many in self.by.values() for one in many}
        rows = [_as_json(each[key]) for key in self.order]
        with files.open_private(files.path_of(run, "tried")) as target:
            target.write(json.dumps({"cursor": run.cursor, "rows": rows}).encode())

    @classmethod
    def taken_up(cls, run, cursor, again):
        """As the turn before put them by at this point; with nobody where it was killed, or where this is the first."""
        tried, path = cls(again), files.path_of(run, "tried")
        kept = json.loads(path.read_bytes()) if path.exists() else {}
        path.unlink(missing_ok=True)
        if cursor and kept.get("cursor") == cursor:
            for row in kept["rows"]:
                tried.keep(_of_json(row))
        return tried


def _as_json(customer):
    return {name: getattr(customer, name) for name in PUT_BY} | {"opted_out": bool(customer.opted_out_at)}


def _of_json(row):
    """When they opted out matters to nobody here, only that they did."""
    values = {name: row[name] for name in PUT_BY if name != "e164"}
    customer = Customer(**values, opted_out_at=timezone.now() if row["opted_out"] else None)
    customer.e164 = row["e164"]
    return customer
