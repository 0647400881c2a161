"""`manage.py import_calls FILE [--dry-run]`."""

from customers.imports.choices import ImportKind
from customers.imports.command import ImportCommand


class Command(ImportCommand):
    kind = ImportKind.CALLS
    help = "Take in calls that were made elsewhere, from a CSV file or a workbook as it is."
