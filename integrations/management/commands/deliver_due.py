"""Works what is due in this process: no cluster needed."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations import outbox
from integrations.choices import AttemptOutcome, Vendor
from integrations.models import Attempt


class Command(BaseCommand):
    help = "Deliver what is due now, in this process, without a worker."

    def add_arguments(self, parser):
        parser.add_argument("--until-empty", action="store_true", help="look again until nothing more is due")
        parser.add_argument("--vendor", choices=Vendor.values, help="only this vendor's")
        parser.add_argument("--limit", type=int, help="at most so many")

    def handle(self, *args, until_empty, vendor, limit, **options):
        began = timezone.now()
        worked = outbox.deliver_due(limit=limit, vendor=vendor, until_empty=until_empty)
        self.stdout.write(f"{worked} {'delivery' if worked == 1 else 'deliveries'} tried.")
        failed = Attempt.objects.filter(started_at__gte=began).exclude(outcome=AttemptOutcome.DELIVERED).count()
        if failed:
            raise CommandError(f"{failed} did not arrive: the deliveries page says why and when each is tried again.")
