"""`manage.py import_reviews FILE [--dry-run]`."""

from customers.imports.choices import ImportKind
from customers.imports.command import ImportCommand


class Command(ImportCommand):
    kind = ImportKind.REVIEWS
    help = "Take in public reviews from a CSV file or a workbook as it is."
