"""`manage.py load_demo`: the small world alone, without starting anything."""

from django.core.management.base import BaseCommand, CommandError

from config.demo import load, sign_ins


class Command(BaseCommand):
    help = "Fills an empty database with a small believable world. Does nothing when it is there already."

    def handle(self, **options):
        if load.is_loaded():
            self.stdout.write("The demo world is there already.")
            return
        try:
            calls = load.load()
        except load.NotEmpty as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Filled a small world with {calls} calls. Password of everybody: {sign_ins.PASSWORD}")
