"""A vendor's requests per second, shared by every process: tokens in the connection's row.

A taker is one conditional UPDATE, so two processes never spend the same token, on any database.
"""

from django.conf import settings
from django.utils import timezone

from integrations.errors import RateLimited
from integrations.models import Connection

ROUNDS = 20  # others may be quicker this often; more of them than that means the bucket is empty anyway


def take(connection, cost=1):
    """Spend `cost` tokens of the connection. Raises RateLimited (nothing was sent) when there are too few."""
    rate = settings.VENDOR_RATES.get(connection.vendor)
    if rate is None:
        return
    for _ in range(ROUNDS):
        row = Connection.objects.filter(pk=connection.pk).values("rate_tokens", "rate_at").get()
        now = timezone.now()
        gained = max((now - row["rate_at"]).total_seconds(), 0) * rate
        tokens = min(row["rate_tokens"] + gained, rate)
        if tokens < cost:
            raise _too_fast((cost - tokens) / rate)
        if Connection.objects.filter(pk=connection.pk, **row).update(rate_tokens=tokens - cost, rate_at=now):
            return
    raise _too_fast(1 / rate)


def _too_fast(seconds):
    return RateLimited("Too many requests in this second: wait a moment.", retry_after=seconds)
