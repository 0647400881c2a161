"""`manage.py create_user EMAIL --role agent|supervisor|admin`: somebody who may sign in."""

import sys

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.choices import Role
from accounts.models import User


class Command(BaseCommand):
    help = "Make a user. Without --password-stdin they set a password with “Forgot your password?”."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--name", default="", help="as colleagues know them; otherwise the part before the @")
        parser.add_argument("--all-locations", action="store_true", help="sees every location")
        parser.add_argument("--staff", action="store_true", help="may open Django's own admin (with --role admin)")
        parser.add_argument("--password-stdin", action="store_true", help="read the password, one line")

    def handle(self, *, email, role, name, all_locations, staff, password_stdin, **options):
        if staff and role != Role.ADMIN:
            raise CommandError("--staff goes with --role admin only.", returncode=2)
        user = User(email=email.strip().lower(), name=name.strip() or email.split("@")[0], role=role)
        user.sees_all_locations, user.is_staff, user.is_superuser = all_locations, staff, staff
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
        self._save(user, password)
        self.stdout.write(f"{user.email} is here as {user.get_role_display().lower()}.")
        if password is None:
            self.stdout.write(f"They set a password at {settings.PUBLIC_URL}{reverse('account_reset_password')}")

    def _save(self, user, password):
        try:
            user.set_password(password)
            user.full_clean()
            if password is not None:
                validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with transaction.atomic():
            user.save()
            audit.record(None, "made user", user, {"role": [None, user.role]}, "create_user on the command line")
