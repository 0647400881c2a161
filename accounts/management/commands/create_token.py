"""`manage.py create_token EMAIL --name NAME`: a program's key, printed once."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import services
from accounts.choices import Scope
from accounts.models import User


class Command(BaseCommand):
    help = "Make an API token for a user and print it, this once."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="what will use it")
        parser.add_argument("--scope", choices=Scope.values, default=Scope.READ.value)
        parser.add_argument("--days", type=int, help="expires after so many days; otherwise never")

    def handle(self, *, email, name, scope, days, **options):
        user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody active has the address {email}.")
        if not 0 < len(name.strip()) <= 100:
            raise CommandError("--name takes 1 to 100 characters.", returncode=2)
        if days is not None and not 0 < days <= 3650:
            raise CommandError("--days takes 1 to 3650.", returncode=2)
        expires_at = timezone.now() + timedelta(days=days) if days else None
        try:
            _, secret = services.issue_token(user, name.strip(), scope, expires_at)
        except services.NameTaken as taken:
            raise CommandError(str(taken)) from taken
        self.stdout.write(secret)
