"""`manage.py backup FILE`: the whole database in one file, while everything runs."""

import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config import copies


class Command(BaseCommand):
    help = "Writes a consistent copy of the database to FILE. The keys are not in it: keep them elsewhere."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="overwrite FILE")

    def handle(self, *, file, force, **options):
        if file.exists() and not force:
            raise CommandError(f"{file} is there already; --force overwrites it.")
        beside = file.with_name(f".{file.name}.part")
        try:
            # Only its owner may read it: it holds people's names and numbers.
            os.close(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
            copies.of(connection).write(connection.settings_dict, beside)
            beside.replace(file)
        except (copies.CannotCopy, OSError) as error:
            raise CommandError(str(error)) from error
        finally:
            beside.unlink(missing_ok=True)
        self.stdout.write(
            f"Wrote {file} ({file.stat().st_size / 1e6:.1f} MB). SECRET_KEY and FIELD_ENCRYPTION_KEYS are not in it: "
            "without them the vendors' secrets cannot be opened."
        )
