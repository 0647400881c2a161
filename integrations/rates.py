"""A vendor's requests per second, shared by every process: a bucket in the connection's row.

A taker is one conditional UPDATE, so two processes never spend the same token, on any database.
`rate_tokens` counts what was taken and has not grown back at `rate_at`; a fresh row is a full bucket.
A held connection has HELD there and `rate_at` says until when.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from integrations.errors import RateLimited
from integrations.models import Connection

ROUNDS = 20  # others may be quicker this often; more of them than that means the bucket is empty anyway
HELD = -1


def take(connection, cost=1):
    """Spend `cost` tokens of the connection. Raises RateLimited without a status (nothing was sent) when
    there are too few, or the vendor asked for quiet; `retry_after` says how long."""
    rate = settings.VENDOR_RATES.get(connection.vendor)
    for _ in range(ROUNDS):
        row = Connection.objects.filter(pk=connection.pk).values("rate_tokens", "rate_at").get()
        now = timezone.now()
        _refuse_if_held(row, now)
        if rate is None or _spend(connection, row, now, rate, cost):
            return
    raise _too_fast(1 / rate)


def _refuse_if_held(row, now):
    if row["rate_tokens"] < 0 and row["rate_at"] > now:
        raise _too_fast((row["rate_at"] - now).total_seconds())


def _spend(connection, row, now, rate, cost):
    grown_back = max((now - row["rate_at"]).total_seconds(), 0) * rate
    spent = max(row["rate_tokens"] - grown_back, 0)
    if spent + cost > rate:  # the bucket holds one second's worth
        raise _too_fast((spent + cost - rate) / rate)
    return Connection.objects.filter(pk=connection.pk, **row).update(rate_tokens=spent + cost, rate_at=now)


def hold(connection, seconds):
    """Keep the whole connection still for `seconds`: the vendor said so. A longer hold is not shortened."""
    until = timezone.now() + timedelta(seconds=seconds)
    longer = Q(rate_tokens__lt=0, rate_at__gte=until)
    Connection.objects.filter(~longer, pk=connection.pk).update(rate_tokens=HELD, rate_at=until)


def not_held(now, prefix="connection__"):
    """A filter for rows whose connection nobody told to keep still."""
    return Q(**{f"{prefix}rate_tokens__gte": 0}) | Q(**{f"{prefix}rate_at__lte": now})


def _too_fast(seconds):
    return RateLimited("Too many requests in this second: wait a moment.", retry_after=seconds)
