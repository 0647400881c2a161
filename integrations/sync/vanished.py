"""After a full run: what the app has and the run did not see is looked for by its id before it is believed gone."""

from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from integrations.errors import VendorError
from integrations.sync import runs, storing

LEAST_BRAKE, BRAKE_SHARE = 20, 0.01  # an empty list sent by mistake must not empty ours
_HELD = "known records were not in the list; a person must look before they count as gone."
BRAKED = "{} of {} " + _HELD


def sweep(engine):
    """Marks what is gone. Gives "" when done, a sentence when a person must look, None when time was over.

    Raises engine.Stopped and runs.LeaseLost as reading does.
    """
    known, already = engine.gone.known(), engine.run.gone  # a resumed sweep has marked some of them before
    brake = known + already if engine.run.is_trusted else max(LEAST_BRAKE, int(known * BRAKE_SHARE))
    candidates = list(islice(engine.gone.unseen(engine.run), brake + 1))
    if len(candidates) + already > brake:
        return BRAKED.format(f"{brake - already + 1:,} or more", f"{known:,}")
    for vendor_id in candidates:
        if engine.is_time_over:
            return None
        _judge(engine, vendor_id, _look(engine, vendor_id))
    return ""


def is_brake(reason):
    """Whether a run ended so because too much was missing."""
    return reason.endswith(_HELD)


def _look(engine, vendor_id):
    while True:
        engine.wait_for_a_token()
        try:
            return engine.source.find(vendor_id)
        except VendorError as error:
            engine.endure(error, vendor_id)


def _judge(engine, vendor_id, row):
    """Writes down that it is gone, or that it lives, in which case it is not looked for again in this run."""
    if row is not None:
        storing.store(engine.run, engine.owner, engine.sink, [_Found((row,))], track=True)
        return
    with transaction.atomic(durable=True):
        runs.renew(engine.run, engine.owner, requests=1, gone=engine.gone.mark([vendor_id]))


@dataclass(frozen=True)
class _Found:
    """One row found by its id, as a page."""

    rows: tuple
    odd: tuple = ()
    returned: int = 1
