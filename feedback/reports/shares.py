"""Shares of groups, how sure they are, and whether two of them differ by more than chance."""

from dataclasses import dataclass
from math import erfc, sqrt

Z = 1.959964  # 95 %
SURE = 0.05  # below this chance two shares are called different
EXPECTED = 5  # of each kind in each group: with fewer the comparison says nothing (the usual rule for this test)


@dataclass(frozen=True)
class Share:
    """`count` of `n`."""

    count: int
    n: int

    @property
    def value(self):
        """In percent; None of nobody."""
        return 100 * self.count / self.n if self.n else None

    @property
    def interval(self):
        """(low, high) in percent, 95 %: Wilson's score interval. None of nobody."""
        if not self.n:
            return None
        n, p = self.n, self.count / self.n
        middle, spread = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        whole = 1 + Z * Z / n
        return 100 * max((middle - spread) / whole, 0.0), 100 * min((middle + spread) / whole, 1.0)

    def __add__(self, other):
        return Share(self.count + other.count, self.n + other.n)


@dataclass(frozen=True)
class Difference:
    """Two shares beside each other. `z` is positive where the first is larger; None where too few are known."""

    first: Share
    second: Share

    @property
    def is_telling(self):
        """Whether there are enough of each kind in each group to compare them."""
        pooled = self.first + self.second
        if not (self.first.n and self.second.n):
            return False
        smaller = min(self.first.n, self.second.n) * min(pooled.count, pooled.n - pooled.count) / pooled.n
        return smaller >= EXPECTED

    @property
    def z(self):
        """The two-proportion z with a pooled share."""
        if not self.is_telling:
            return None
        pooled = self.first + self.second
        p = pooled.count / pooled.n
        error = sqrt(p * (1 - p) * (1 / self.first.n + 1 / self.second.n))
        return (self.first.value - self.second.value) / 100 / error

    @property
    def chance(self):
        """How often chance alone makes a difference at least so large; None where too few are known."""
        return None if self.z is None else erfc(abs(self.z) / sqrt(2))

    @property
    def is_alarm(self):
        return self.chance is not None and self.chance < SURE
