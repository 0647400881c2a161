"""`manage.py restore FILE`: puts a backup in the database's place."""

from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from config import copies
from integrations.choices import DeliveryState
from integrations.fields import SecretUnreadable
from integrations.models import Connection, Delivery

NOTE = "Restored from a backup: it may have been sent before."


class Command(BaseCommand):
    help = "Puts the backup in FILE in the database's place. Stop the web server and the worker first."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="replace a database that is not empty")

    def handle(self, *, file, force, **options):
        way = copies.of(connection)
        self.require_copy(file, way)
        if not force and connection.introspection.table_names():
            raise CommandError("The database is not empty; --force replaces all that is in it.")
        connection.close()
        try:
            way.read(connection.settings_dict, file)
        except copies.CannotCopy as error:
            raise CommandError(str(error)) from error
        call_command("migrate", interactive=False, verbosity=0)  # a backup may be older than the code
        call_command("createcachetable", verbosity=0)
        waiting = mark_waiting()
        self.stdout.write(f"Restored {file}. {waiting} waiting deliveries are marked “may be double”.")
        self.warn_of_lost_keys()

    def require_copy(self, file, way):
        try:
            with file.open("rb") as opened:
                begins = opened.read(len(way.BEGINS))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        if begins != way.BEGINS:
            raise CommandError(f"{file} is not a backup of {connection.display_name}.")

    def warn_of_lost_keys(self):
        for row in Connection.objects.all():
            try:
                row.values  # noqa: B018  (opening them is the test)
            except SecretUnreadable:
                self.stderr.write(f"The secrets of {row} cannot be opened with the keys at hand: enter them again.")


def mark_waiting():
    """What waited at the time of the backup may have been delivered since; the vendor may hear it twice."""
    with transaction.atomic():
        waiting = Delivery.objects.filter(state=DeliveryState.PENDING)
        return waiting.update(maybe_double=True, note=NOTE)
