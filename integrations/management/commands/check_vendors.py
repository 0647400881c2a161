"""One harmless request to each vendor, the result in words."""

from django.core.management.base import BaseCommand, CommandError

from integrations import connections, vendors
from integrations.models import Connection


class Command(BaseCommand):
    help = "Send one harmless request to each connected vendor and say how it went."

    def handle(self, *args, **options):
        failed = [str(row) for row in self._connected() if not self._check(row)]
        if failed:
            raise CommandError(f"Not working: {', '.join(failed)}.", returncode=1)

    def _connected(self):
        return Connection.objects.filter(is_on=True, vendor__in=list(vendors.CLIENTS))

    def _check(self, row):
        result = connections.check(row)
        words = f" It said: {result.words}" if result.words and not result.ok else ""
        self.stdout.write(f"{row}: {result.sentence}{words}")
        return result.ok
