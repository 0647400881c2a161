"""Whose calls they were: a customer whom the number or the e-mail address names, where it names only one."""

from collections import defaultdict

from django.db.models import Q
from django.db.models.functions import Lower

from customers.models import Customer


class Callers:
    """Customers are looked up, never made: they are imported as such."""

    def of(self, numbers, emails):
        """A Found for a portion: `numbers` {E.164: primary key}, `emails` texts or None."""
        addresses = {text.lower() for text in emails if text}
        found = Found()
        if numbers or addresses:
            wanted = Q(phone__in=list(numbers.values())) | Q(address__in=addresses)
            rows = Customer.objects.annotate(address=Lower("email")).filter(wanted)
            for pk, phone, address in rows.values_list("pk", "phone", "address"):
                found.by_number[phone].add(pk)
                found.by_email[address].add(pk)
        return found


class Found:
    def __init__(self):
        self.by_number, self.by_email = defaultdict(set), defaultdict(set)

    def of(self, number, email):
        """The primary key of the only customer with that address, else with that number; else None."""
        by_email = self.by_email.get(email.lower()) if email else None
        by_number = self.by_number.get(number) if number else None
        return next((next(iter(found)) for found in (by_email, by_number) if found and len(found) == 1), None)
