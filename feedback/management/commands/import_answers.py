"""`manage.py import_answers FILE [--dry-run]`."""

from customers.imports.choices import ImportKind
from customers.imports.command import ImportCommand


class Command(ImportCommand):
    kind = ImportKind.ANSWERS
    help = "Take in what customers answered, NPS, stars or happy, from a CSV file or a workbook as it is."
