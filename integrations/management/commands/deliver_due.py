"""Works what is due in this process: no cluster needed."""

from django.core.management.base import BaseCommand

from integrations import outbox
from integrations.choices import Vendor


class Command(BaseCommand):
    help = "Deliver what is due now, in this process, without a worker."

    def add_arguments(self, parser):
        parser.add_argument("--until-empty", action="store_true", help="look again until nothing more is due")
        parser.add_argument("--vendor", choices=Vendor.values, help="only this vendor's")
        parser.add_argument("--limit", type=int, help="at most so many")

    def handle(self, *args, until_empty, vendor, limit, **options):
        worked = outbox.deliver_due(limit=limit, vendor=vendor, until_empty=until_empty)
        self.stdout.write(f"{worked} {'delivery' if worked == 1 else 'deliveries'} tried.")
