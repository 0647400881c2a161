"""A worker that ends itself with SIGKILL at a named point: `killed_worker.py POINT PK LEDGER`.

Each thing the vendor did is one character in the file LEDGER.
"""

import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def main(point, pk, ledger):
    sys.path[:0] = [str(ROOT)]
    import django

    django.setup()

    from integrations import outbox, vendors
    from integrations.outbox import claims, records
    from tests.integrations.fake_vendor import KIND, OK

    def deliver(connection, payload):
        if point == "before_sending":
            die()
        with open(ledger, "a") as book:
            book.write("x")
        if point == "after_vendor_did_it":
            die()
        return OK

    vendors.KINDS[KIND] = vendors.Kind(KIND, "plivo", deliver, max_attempts=12)
    if point == "before_claim_commits":
        claims.endings.close_dead_attempts = die
    if point == "before_record_commits":
        records._tell_connection = die
    outbox.deliver(int(pk))
    die()


if __name__ == "__main__":
    main(*sys.argv[1:])
