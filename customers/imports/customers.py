"""Customers from files: each person once, known by contact id, e-mail address or number.

A blank cell never takes away what is known, and nobody who wants to be left alone is brought back. Of two rows of one
file that are the same person the first holds: the second only adds what was missing, so that the same file given
twice changes nothing.
"""

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from customers import names, phones
from customers.imports import customer_fields as fields
from customers.imports import files, tables
from customers.imports.errors import Odd
from customers.imports.kinds import Taken
from customers.imports.numbers import Numbers
from customers.imports.places import Places
from customers.imports.tried import Tried, known_by
from customers.models import NAME_KEPT, Customer
from customers.services import do_not_call, vendor
from integrations.sync import upsert
from integrations.text import cut

NOBODY = "It names nobody: no name, no number, no e-mail address"
TWO = "{} customers have this number: tell them apart by e-mail address"
TWO_ADDRESSED = "{} customers have this e-mail address: tell them apart by contact id or by name"
NO_NUMBER = "It says not to call, and there is no number to leave alone: give one, or mark them as opted out"
WHY_BLOCKED = "From the file {}"
AT_ONCE = 10_000  # rows
COLUMNS = (
    "name", "email", "phone_id", "out_contact_id", "country_code", "language", "time_zone", "location_id",
    "opted_out_at", "changed_by_id", "changed_at",
)  # fmt: skip


class Person(NamedTuple):
    """One row, read."""

    row: int
    name: str
    phone: str | None
    email: str
    contact: str
    country: str
    language: str
    zone: str
    location: int | None
    opted_out: bool | None
    do_not_call: bool | None


class Customers:
    """Takes portions of one file's rows."""

    def __init__(self, run, plan):
        self.run, self.plan, self.options, self.repeats = run, plan, plan.options, plan.facts.repeats
        self.begun = run.cursor
        self.numbers, self.places = Numbers(), Places(plan.options, run.made_by_id)

    def forget(self):
        """What was made may have been rolled back."""
        self.places.forget()

    @cached_property
    def tried(self):
        """The Tried of a dry run, as the turn before left it."""
        return Tried.taken_up(self.run, self.begun, self._come_again())

    def rest(self, dry):
        """A turn ends before the file does."""
        if dry:
            self.tried.put_by(self.run)

    def _come_again(self):
        """What the rows are known by that are the same person as one above them."""
        rows, last = [], max(self.repeats, default=0)
        for portion in tables.portions(files.rows_path(self.run), self.plan.shape, AT_ONCE) if last else ():
            rows += [cells for number, cells in portion.rows if number in self.repeats]
            if portion.row >= last:
                break
        return {key for keys in same_people(rows, self.plan.chosen) for key in keys if key}

    def take(self, read, dry):
        """A portion. In a dry run nothing is written, and all else is the same."""
        self.places.make(set(read.column("location")), dry)
        people, rejected = self._people(read)
        tried = self.tried if dry else None
        known, new, changed = Known(people, hold=not dry, tried=tried), [], {}
        blocked, counts = [], Taken(rejected=rejected)
        for person in people:
            customer, why = known.match(person)
            number = person.phone or (customer.e164 if customer else None)
            if person.do_not_call and not (why or number):
                why = NO_NUMBER
            if why:
                rejected[person.row] = why
            elif customer is None:
                customer = self._born(person)
                new.append(customer)
                known.add(customer)
                counts.created += 1
            elif self._merge(customer, person, only_blanks=person.row in self.repeats):
                counts.updated += 1
                known.add(customer)
                if customer.pk:
                    changed[customer.pk] = customer
            else:
                counts.unchanged += 1
            if tried and customer and not why:
                tried.keep(customer)
            if person.do_not_call and not why:
                blocked.append(number)
        if not dry:
            self._write(new, list(changed.values()), people, rejected)
            for e164 in blocked:
                self._block(e164)
        return counts

    # --- Rows as they are to be -----------------------------------------------------------------

    def _people(self, read):
        people, rejected = [], {}
        given = ("name", "first", "last", "phone", "email", "contact", "country", "language", "zone", "location")
        for row, *cells in zip(read.numbers, *map(read.column, (*given, "opted_out", "do_not_call")), strict=True):
            name, first, last, phone, email, contact, country, language, zone, place, opted_out, blocked = cells
            place, lost = self.places.of(place)
            values = (
                self.numbers.read(phone or ""),
                fields.email_of(email),
                contact or "",
                fields.country_of(country),
                language or "",
                fields.zone_of(zone),
            )
            why = lost or next((value.why for value in values if value.__class__ is Odd), "")
            name = name or names.joined(first, last)
            if not why and not (name or values[0] or values[1]):
                why = NOBODY
            if why:
                rejected[row] = why
            else:
                people.append(Person(row, cut(name, NAME_KEPT), *values, place, opted_out, blocked))
        return people, rejected

    def _born(self, person):
        shown = person.name or person.email or (phones.display(person.phone) if person.phone else "")
        customer = Customer(name=shown, language=person.language or "en")
        customer.e164 = None
        self._merge(customer, person)
        return customer

    def _merge(self, customer, person, only_blanks=False):
        """Puts what a row says into a customer. Whether that changed anything."""
        wished = {
            "name": person.name,
            "email": person.email,
            "e164": person.phone,
            "out_contact_id": person.contact,
            "country_code": person.country,
            "language": person.language,
            "time_zone": person.zone,
            "location_id": person.location,
        }
        changed = False
        for field, value in wished.items():
            was = getattr(customer, field)
            if value and value != was and not (only_blanks and was) and not _is_same(field, value, was):
                setattr(customer, field, value)
                changed = True
        if person.opted_out and customer.opted_out_at is None:
            customer.opted_out_at, changed = timezone.now(), True
        return changed

    # --- Writing ----------------------------------------------------------------------------------

    def _write(self, new, changed, people, rejected):
        numbers = self.numbers.rows(person.phone for person in people if person.row not in rejected)
        for customer in (*new, *changed):
            customer.phone_id = numbers.get(customer.e164, customer.phone_id)
            customer.changed_by_id, customer.changed_at = self.run.made_by_id, timezone.now()
        upsert.Table(Customer, COLUMNS).insert([tuple(getattr(one, name) for name in COLUMNS) for one in new])
        upsert.Table(Customer, COLUMNS).update_objects(changed)
        for customer in changed:
            if customer.is_at_vendor:
                vendor.wish(Customer.objects.get(pk=customer.pk))

    def _block(self, e164):
        why = WHY_BLOCKED.format(self.run.file_name)
        do_not_call.add_do_not_call(phones.get_number(e164), None, self.run.made_by, why)


def _is_same(field, value, was):
    """An address is the same in capitals."""
    return field == "email" and value.lower() == (was or "").lower()


class Known:
    """The customers that a portion's rows may be, each by all it is known by.

    tried  a dry run's Tried: as the portions before would have left them
    hold   what people change of them meanwhile waits for our commit, so that neither writes over the other's values.
           In one order, so that two imports do not wait for each other; SQLite has a single writer anyway.
    """

    def __init__(self, people, hold=False, tried=None):
        self.by = {name: defaultdict(list) for name in ("contact", "email", "phone", "name")}
        emails = {one.email.lower() for one in people if one.email}
        contacts = {one.contact for one in people if one.contact}
        numbers = {one.phone for one in people if one.phone}
        bare = {one.name for one in people if not (one.email or one.phone or one.contact)}
        wanted = Q(address__in=emails) | Q(out_contact_id__in=contacts) | Q(phone__e164__in=numbers)
        wanted |= Q(name__in=bare, email="", phone=None, out_contact_id="")
        rows = Customer.objects.annotate(address=Lower("email")).filter(wanted).select_related("phone").order_by("pk")
        rows = list(rows.select_for_update(of=("self",), no_key=True) if hold else rows)
        for customer in rows:
            customer.e164 = customer.phone.e164 if customer.phone else None
        for customer in tried.instead(rows, people) if tried else rows:
            self.add(customer)

    def add(self, customer):
        """Finds it from now on by what it says now."""
        for name, value in known_by(customer):
            if not any(one is customer for one in self.by[name][value]):
                self.by[name][value].append(customer)

    def match(self, person):
        """(the customer a row is, or None for a new one; why it cannot be told)."""
        found = self.by["contact"].get(person.contact, ()) if person.contact else ()
        if found:
            return found[0], ""
        same_address = self.by["email"].get(person.email.lower(), ()) if person.email else ()
        found = [one for one in same_address if not _has_other_contact(one, person)]
        if found:
            return _the_one(found, person, TWO_ADDRESSED)
        if person.phone:
            return _the_one(self._at_number(person), person, TWO)
        if person.email or person.contact:
            return None, ""
        return next((one for one in self.by["name"].get(person.name, ()) if _fits(one, person)), None), ""

    def _at_number(self, person):
        return [one for one in self.by["phone"].get(person.phone, ()) if not _is_other(one, person)]


def _the_one(found, person, several):
    """(the one of these customers that a row is, by its name where there are more; why it cannot be told)."""
    if len(found) > 1:
        named = [one for one in found if one.name.casefold() == person.name.casefold()]
        if len(named) != 1:
            return None, several.format(len(found))
        found = named
    return (found[0] if found else None), ""


def _has_other_contact(customer, person):
    """The CRM has two ids for them, so they are two people, who may share an address or a number."""
    return bool(person.contact and customer.out_contact_id and person.contact != customer.out_contact_id)


def _is_other(customer, person):
    """Two people at one number: another name and another address, both known."""
    if _has_other_contact(customer, person):
        return True
    has_other_address = person.email and customer.email and person.email.lower() != customer.email.lower()
    return bool(has_other_address and person.name and person.name.casefold() != customer.name.casefold())


def _fits(customer, person):
    return person.location is None or customer.location_id in (None, person.location)


def same_people(rows, chosen):
    """For looking.look: lists of keys, each list with a key a row. Rows that share one are the same person."""
    numbers = Numbers()
    readers = {"contact": str.strip, "email": lambda text: text.strip().lower(), "phone": _number(numbers)}
    for name, read in readers.items():
        if name in chosen:
            column = chosen[name]
            texts = (row[column] if column < len(row) else "" for row in rows)
            yield [f"{name}:{key}" if (key := read(text)) else "" for text in texts]


def _number(numbers):
    def read(text):
        found = numbers.read(text.strip())
        return found if found.__class__ is str else ""

    return read
