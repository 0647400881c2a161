"""Customers as one of the kinds that are imported."""

from customers.imports import customer_fields, kinds
from customers.imports.choices import ImportKind
from customers.imports.customers import Customers, same_people


def register():
    """For `ready()`."""
    kinds.register(
        kinds.Kind(
            ImportKind.CUSTOMERS,
            "customer",
            "customers",
            customer_fields.FIELDS,
            "",
            Customers,
            customer_fields.check,
            ("place", "new_places"),
            same=same_people,
            known_by=("contact", "email", "phone"),
        )
    )
