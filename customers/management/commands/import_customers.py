"""`manage.py import_customers FILE [--dry-run]`."""

from customers.imports.choices import ImportKind
from customers.imports.command import ImportCommand


class Command(ImportCommand):
    kind = ImportKind.CUSTOMERS
    help = "Take in customers from a CSV file or a workbook as it is: each person once."
