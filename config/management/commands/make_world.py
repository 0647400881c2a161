"""`manage.py make_world --calls N --customers N --reviews N`: made-up data at any size, in minutes."""

from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from config import progress
from config.big_world import make

NEXT = "Nobody of it can sign in: make somebody who can with manage.py create_user."


class Command(BaseCommand):
    help = "Fills the database with a made-up world: numbers that ring nobody, people who do not exist."

    def add_arguments(self, parser):
        for name, usual in (("calls", 1_000), ("customers", 100), ("reviews", 1_000)):
            parser.add_argument(
                f"--{name}", type=_count, default=usual, metavar="N", help=f"how many (usually {usual:,})"
            )
        parser.add_argument("--seed", type=int, default=make.SEED, help="another number, another world")
        parser.add_argument("--until", type=_moment, default=None, metavar="ISO", help="the last moment of it (now)")
        parser.add_argument("--add", action="store_true", help="beside the calls that are there")

    def handle(self, *, calls, customers, reviews, seed, until, add, **options):
        plan = make.Plan(calls, customers, reviews, until or timezone.now(), seed)
        try:
            make.check(plan, add)
        except make.Refused as error:
            raise CommandError(str(error), returncode=1) from error
        with progress.shown(self.stdout) as say:
            make.make(plan, say)
        self.stdout.write(f"A world of {calls:,} calls, {customers:,} customers and {reviews:,} reviews. {NEXT}")


def _count(text):
    try:
        number = int(text.replace("_", "").replace(",", ""))
    except ValueError:
        number = -1
    if number < 0:
        raise ArgumentTypeError(f"{text!r} is not a number of things")
    return number


def _moment(text):
    moment = parse_datetime(text)
    if moment is None:
        raise ArgumentTypeError(f"{text!r} is no moment like 2026-03-01T12:00:00Z")
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())
