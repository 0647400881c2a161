"""A vendor's requests per second, shared by every process: a bucket in the connection's row.

A taker is one conditional UPDATE, so two processes never spend the same token, on any database.
`rate_tokens` counts what was taken and has not grown back at `rate_at`; a fresh row is a full bucket.
A held connection has HELD there and `rate_at` says until when.

The limit is kept in every second, wherever one starts to count: whoever looks for a second sees at most
what the bucket held at its beginning and what grew back during it, so both together are the limit.
"""

import time
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from integrations.errors import RateLimited
from integrations.models import Connection

# The part of the limit that may go at once; the rest is what grows back in a second. Less at once, more in
# the long run: of CCAI's ten a second four and six, which is 200 agents' dials, flags and the tail.
AT_ONCE = 0.4
RESERVE = 2  # tokens that lists leave in the bucket, so that a dial or a flag finds one
ROUNDS = 20  # others may be quicker this often; more of them than that means the bucket is empty anyway
HELD = -1
SHORTEST_HOLD = 1  # second: until then the bucket has grown full, which is how it is left after a hold
SKEW = timedelta(seconds=1)  # by which the clocks of several hosts may differ; more is somebody's mistake


def take(connection, cost=1, *, reserve=0, patience=0):
    """Spend `cost` tokens of the connection and leave `reserve` of them; wait up to `patience` seconds for it.

    Raises RateLimited without a status (nothing was sent) when that is not long enough, or the vendor asked
    for more quiet than that; `retry_after` says how long.
    """
    last = time.monotonic() + patience
    while True:
        try:
            return _take(connection, cost, reserve)
        except RateLimited as too_fast:
            if time.monotonic() + too_fast.retry_after > last:
                raise
            time.sleep(too_fast.retry_after)


def is_limited(connection):
    """Whether its requests a second are counted; a vendor without a published limit only says when to slow down."""
    return settings.VENDOR_RATES.get(connection.vendor) is not None


def shares(limit):
    """(what the bucket holds, what grows back in a second) of a limit of two or more a second."""
    at_once = max(limit * AT_ONCE, 1)
    return at_once, limit - at_once


def _take(connection, cost, reserve):
    limit = settings.VENDOR_RATES.get(connection.vendor)
    for _ in range(ROUNDS):
        row = Connection.objects.filter(pk=connection.pk).values("rate_tokens", "rate_at").get()
        now = timezone.now()
        _refuse_if_held(row, now)
        if limit is None or _spend(connection, row, now, limit, cost, reserve):
            return
    raise _too_fast(1 / limit)


def _refuse_if_held(row, now):
    if row["rate_tokens"] < 0 and row["rate_at"] > now:
        raise _too_fast((row["rate_at"] - now).total_seconds())


def _spend(connection, row, now, limit, cost, reserve):
    holds, grows = shares(limit)
    grown_back = max((now - row["rate_at"]).total_seconds(), 0) * grows
    spent = max(row["rate_tokens"] - grown_back, 0)
    missing = spent + cost + reserve - holds
    if missing > 0:
        raise _too_fast(missing / grows)
    return Connection.objects.filter(pk=connection.pk, **row).update(
        rate_tokens=spent + cost, rate_at=_not_back(row["rate_at"], now)
    )


def _not_back(before, now):
    """The bucket's time does not go back with a clock that is a little behind, else it would grow twice."""
    return max(before, now) if before - now < SKEW else now


def hold(connection, seconds):
    """Keep the whole connection still for `seconds`: the vendor said so. A longer hold is not shortened."""
    until = timezone.now() + timedelta(seconds=max(seconds, SHORTEST_HOLD))
    longer = Q(rate_tokens__lt=0, rate_at__gte=until)
    Connection.objects.filter(~longer, pk=connection.pk).update(rate_tokens=HELD, rate_at=until)


def not_held(now, prefix="connection__"):
    """A filter for rows whose connection nobody told to keep still."""
    return Q(**{f"{prefix}rate_tokens__gte": 0}) | Q(**{f"{prefix}rate_at__lte": now})


def _too_fast(seconds):
    return RateLimited("Too many requests in this second: wait a moment.", retry_after=seconds)
