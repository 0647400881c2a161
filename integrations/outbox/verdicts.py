"""What an answer means for the row: pure rules, no database. The error's class decides, nothing else."""

import random
from dataclasses import dataclass, field

from integrations import errors
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.contracts import Delivered
from integrations.outbox.listeners import NoMore, NotNow

# Seconds until the next try: quick at first, for a hiccup; then patient, for three days of outage.
BACKOFF = (5, 30, 120, 600, 1800, 7200, 21600, 43200, 86400)
JITTER = 0.2  # so that what failed together does not come back together
TAKEN = "What was found belongs to another delivery: looking again."
# Seconds. One that names a time gone by would otherwise be asked without end.
SHORTEST_REST = 5
LONGEST_WAIT = 86400  # a vendor may ask for more; a day later we look anyway, and show it


@dataclass(frozen=True)
class Verdict:
    """What to write. `wait` in seconds from now, for a row that stays pending."""

    outcome: AttemptOutcome
    state: DeliveryState
    reason: str
    wait: float = 0
    counted: bool = True
    maybe_double: bool | None = False  # None: it is known not to be
    pauses: bool = False
    holds: float = 0  # seconds the whole connection keeps still
    vendor_ref: str = ""
    note: str = ""
    learned: dict = field(default_factory=dict)


def of(result, *, tries, max_attempts, age, look_after=None):
    """The Verdict on a Delivered or an exception.

    tries       counts this attempt
    age         how many seconds ago the first counted attempt began
    look_after  seconds until an unclear one is looked for, where it must not be repeated blindly
    """
    if isinstance(result, Delivered):
        return _delivered(result, look_after)
    if isinstance(result, errors.Misconfigured):
        return Verdict(
            AttemptOutcome.MISCONFIGURED,
            DeliveryState.PENDING,
            result.sentence,
            counted=False,
            pauses=True,
            learned=result.learned,
        )
    if isinstance(result, errors.Rejected):
        return Verdict(AttemptOutcome.REJECTED, DeliveryState.PARKED, result.sentence, learned=result.learned)
    if isinstance(result, (errors.Unavailable, errors.Uncertain)):
        return _later(result, tries, max_attempts, age, look_after)
    return Verdict(AttemptOutcome.REJECTED, DeliveryState.PARKED, internal_error(result))


def of_word(word, now):
    """The Verdict on what `ready` said before anything was sent: NotNow, NoMore, or an exception of ours."""
    facts = {"outcome": AttemptOutcome.NOT_SENT, "counted": False}
    if isinstance(word, NotNow):
        wait = max((word.until - now).total_seconds(), SHORTEST_REST)
        return Verdict(state=DeliveryState.PENDING, reason=word.reason, wait=wait, **facts)
    if isinstance(word, NoMore):
        return Verdict(state=DeliveryState.NOT_APPLICABLE, reason=word.reason, **facts)
    return Verdict(state=DeliveryState.PARKED, reason=internal_error(word), **facts)


def look_again():
    """The Verdict on a find that somebody else took in the same moment: nothing was sent, and the next look is free."""
    return Verdict(AttemptOutcome.NOT_SENT, DeliveryState.PENDING, TAKEN, wait=SHORTEST_REST, counted=False)


def internal_error(error):
    """A bug of ours, in words. Its text may hold people's data, so only its kind is shown; the log has the rest."""
    return f"Internal error ({type(error).__name__}). The log says more."


def _delivered(result, look_after):
    return Verdict(
        AttemptOutcome.DELIVERED,
        DeliveryState.DELIVERED,
        result.note,
        maybe_double=None if look_after else False,
        vendor_ref=result.vendor_ref,
        note=result.note,
        learned=result.learned,
    )


def _later(error, tries, max_attempts, age, look_after):
    """Again after a wait, or parked when there has been enough of it."""
    if _never_left(error):
        return Verdict(
            AttemptOutcome.NOT_SENT, DeliveryState.PENDING, error.sentence, wait=error.retry_after or 1, counted=False
        )
    is_unclear = isinstance(error, errors.Uncertain)
    facts = {"maybe_double": is_unclear and not look_after, "holds": _hold(error), "learned": error.learned}
    given_up = _given_up(error, tries, max_attempts, age)
    if given_up:
        return Verdict(_outcome(error), DeliveryState.PARKED, given_up, **facts)
    wait = max(_wait(error, tries, age), (look_after or 0) if is_unclear else 0)
    return Verdict(_outcome(error), DeliveryState.PENDING, error.sentence, wait=wait, **facts)


def _never_left(error):
    """Our own bucket was empty: the vendor was not asked, so it is no try of the vendor's patience."""
    return isinstance(error, errors.RateLimited) and error.status is None


def _outcome(error):
    if isinstance(error, errors.Uncertain):
        return AttemptOutcome.UNCERTAIN
    return AttemptOutcome.NOT_SENT if isinstance(error, errors.NotSent) else AttemptOutcome.UNAVAILABLE


def _given_up(error, tries, max_attempts, age):
    """The sentence for giving up, or ""."""
    if isinstance(error, errors.NotYet) and age >= error.give_up_after:
        return error.sentence
    return f"Given up after {tries} tries: {error.sentence}" if tries >= max_attempts else ""


def _hold(error):
    return _asked_for(error) if isinstance(error, errors.RateLimited) else 0


def _asked_for(error):
    return min(max(getattr(error, "retry_after", None) or 0, 0), LONGEST_WAIT)


def _wait(error, tries, age):
    if isinstance(error, errors.Relearn):
        return 0  # nothing is wrong with the vendor: we know better now
    wait = max(backoff(tries), _asked_for(error))
    if isinstance(error, errors.NotYet):
        return min(wait, max(error.give_up_after - age, 1))  # one last look when the time is up
    return wait


def backoff(tries):
    """Seconds to wait after so many tries, a fifth more or less."""
    step = BACKOFF[min(max(tries, 1), len(BACKOFF)) - 1]
    return step * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (no secret hangs on it)
