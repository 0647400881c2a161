"""Customers as FeedbackAPI lists them: a hundred thousand at a time, so new ones go in without an object each.

One of ours that the vendor has not is the same person when the e-mail address, or the number, is the same and
it is the only such.
"""

import re
from collections import defaultdict

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from customers import names
from customers.models import Customer, PhoneNumber
from customers.sync import belonging, linking, opting
from customers.sync.merging import Column, column
from customers.sync.mirror import Mirror
from integrations.feedbackapi import reports
from integrations.sync import upsert, written
from integrations.text import cut

_MOBILE_KEPT = Customer._meta.get_field("vendor_mobile").max_length
# Read without the library, which takes 50 to 100 µs a number: what looks dialled is kept as a number (FACTS 6.5-18).
E164 = re.compile(r"\+[1-9][0-9]{7,14}")


def _name(row):
    return cut(names.joined(row.fname, row.sname), names.NAME_KEPT)


def _mobile(row):
    return cut(row.mobile_number, _MOBILE_KEPT)


def _set_name(customer, name):
    customer.name = name


def _number_of(customer):
    return customer.phone.e164 if customer.phone else customer.vendor_mobile


def _set_number(customer, text):
    customer.taken_number = text  # the row of the number is looked up for all at once, in `finish`


_COLUMNS = (
    Column("name", ("fname", "sname"), ours=lambda customer: customer.name, theirs=_name, take=_set_name),
    column(Customer, "email"),
    Column("mobile_number", ("mobile_number",), ours=_number_of, theirs=_mobile, take=_set_number),
    column(Customer, "country_code"),
)
_WRITTEN = (
    "name", "email", "country_code", "phone_id", "vendor_mobile", "location_id", "vendor_locations", "is_invalid",
    "last_sms_at", "last_email_at", "opted_out_at",
)  # fmt: skip


class _Customers(Mirror):
    def all(self):
        return Customer._base_manager.select_related("phone", "location").prefetch_related("other_locations")

    # --- adoption -----------------------------------------------------------------------------

    def adopted(self, connection, rows):
        alone = self.unlinked(connection)
        if not alone.exists():
            return []
        emails = {row.email.lower() for row in rows} - {""}
        numbers = {row.mobile_number for row in rows} - {""}
        same = Q(same__in=emails) | Q(phone__e164__in=numbers)
        by_email, by_number = defaultdict(list), defaultdict(list)
        for one in alone.annotate(same=Lower("email")).filter(same).order_by("pk"):
            by_email[one.same].append(one)
            by_number[one.phone and one.phone.e164].append(one)
        taken, pairs = set(), []
        for row in rows:
            fit = by_email.get(row.email.lower(), []) + by_number.get(row.mobile_number or "none", [])
            pairs.append((linking.only(list({one.pk: one for one in fit}.values()), taken), row))
        return [(customer, row) for customer, row in pairs if customer]

    # --- new ones -----------------------------------------------------------------------------

    def make(self, connection, rows):
        rows, raws = written.storable(rows, self.cleaned)
        places = belonging.places(connection, rows)
        numbers = _numbers(row.mobile_number for row in rows)
        now, values, others = timezone.now(), [], []
        for row, raw in zip(rows, raws, strict=True):
            known = [places[one] for one in row.locations if one in places]
            unknown = [one for one in row.locations if one not in places] if len(known) < len(row.locations) else "[]"
            phone = numbers.get(row.mobile_number)
            values.append(
                (
                    connection.pk, row.vendor_id, row.created_at, raw, row.digest, names.shown(row),
                    cut(row.email, 254), cut(row.country_code, 10), phone,
                    "" if phone else _mobile(row), known[0] if known else None, unknown,
                    row.invalid, row.last_sms_at, row.last_email_at, now if row.opt_out else None,
                    row.created_at or now,
                )
            )  # fmt: skip
            if len(known) > 1:
                others.append((row.vendor_id, known[1:]))
        upsert.Table(Customer, _MADE).insert(values)
        belonging.add_new(connection, others)

    # --- changed ones -------------------------------------------------------------------------

    def _merged(self, connection, customer, row):
        base = self.read(customer.vendor_raw) if customer.vendor_raw else None
        if base and not _name(base) and customer.name == names.shown(base):
            customer.name = ""  # it only stood for the name they did not tell
        opting.merge(customer, row, base)
        conflicts = super()._merged(connection, customer, row)
        if opting.is_older(customer, row, base):
            customer.vendor_raw["opt_out"], customer.vendor_digest = True, ""  # looked at again the next time
        return conflicts

    def facts(self, customer, row, base):
        customer.name = customer.name or names.shown(row)
        customer.is_invalid, customer.was = row.invalid, base
        customer.last_sms_at, customer.last_email_at = row.last_sms_at, row.last_email_at

    def finish(self, connection, pairs):
        self._finish_numbers([customer for customer, _ in pairs if hasattr(customer, "taken_number")])
        places = belonging.places(connection, [row for _, row in pairs])
        for customer, row in pairs:
            if "locations" in row.raw:
                belonging.merge(customer, row, places)

    def _finish_numbers(self, customers):
        numbers = _numbers(one.taken_number for one in customers)
        for one in customers:
            one.phone_id = numbers.get(one.taken_number)
            one.vendor_mobile = "" if one.phone_id else one.taken_number
            del one.taken_number

    def after(self, connection, pairs):
        belonging.save([customer for customer, _ in pairs])


customers = _Customers(Customer, reports.customer, _COLUMNS, _WRITTEN)
_MADE = (
    "connection_id", "vendor_id", "vendor_created_at", "vendor_raw", "vendor_digest", "name", "email", "country_code",
    "phone_id", "vendor_mobile", "location_id", "vendor_locations", "is_invalid", "last_sms_at", "last_email_at",
    "opted_out_at", "created_at",
)  # fmt: skip


def _numbers(texts):
    """{E.164: primary key} of the rows of those texts that look dialled; those that are new are made."""
    return upsert.made(PhoneNumber, "e164", {text for text in texts if E164.fullmatch(text)})
