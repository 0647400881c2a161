"""Pages at a million calls beside the same pages at a thousand, on SQLite and on PostgreSQL.

Server time of Django's test client, all of the middleware included. Each world has a process of its own; their pages
take turns, and so do the worlds. The worlds are kept under var/ for the next time (kept_worlds.py).
"""

import json
import subprocess
import sys
from collections import defaultdict

from tests.benchmarks.kept_worlds import BIG, SMALL, Postgres, Sqlite, environment
from tests.benchmarks.lines import Line, percentile
from tests.benchmarks.sync_lists import POSTGRES, is_up

TITLE = "pages at 1,000,000 calls"
AIM = "p95 ≤ 2 × its own at 1,000"
ROUNDS, TURNS = 20, 2  # both worlds take turns, so that a busy minute of the machine falls on either
# Shown one by one; of all others only the slowest of each kind.
SHOWN = (
    "overview, today", "overview, 7", "overview, 90", "calls, first page", "calls, deep page",
    "calls, last page", "call", "customer",
    "reviews, first page", "reviews, last page",
)  # fmt: skip
ADMINS = "admin’s calls"


def run():
    """The lines of both databases; one that says so where PostgreSQL does not answer."""
    yield from _lines(Sqlite())
    if is_up(POSTGRES):
        yield from _lines(Postgres())
    else:
        yield Line("PostgreSQL does not answer", POSTGRES)


def _lines(database):
    took = {SMALL.name: defaultdict(list), BIG.name: defaultdict(list)}
    for size in (SMALL, BIG) * TURNS:
        for page, times in _took(database.world(size)).items():
            took[size.name][page] += times
    small, big = ({page: _p95(times) for page, times in took[size.name].items()} for size in (SMALL, BIG))
    for page in (page for page in SHOWN if page in big):
        yield _line(f"{database.name}: {page}", page, took, small, big)
    for kind, pages in _kinds(big).items():
        worst = max(pages, key=lambda page: big[page] / small[page])
        yield _line(f"{database.name}: {kind}, the worst of {len(pages)}: {worst}", worst, took, small, big)
    for page, aim in (("first page", 3), ("last page", 20)):
        mine, theirs = big[f"calls, {page}"], big[f"{ADMINS}, {page}"]
        against = f"Django admin’s: {theirs:.0f} ms"
        yield Line(f"{database.name}: calls, {page}: {mine:.0f} ms", against, theirs / mine, f"≥ {aim} × faster")


def _kinds(big):
    """{what kind of page: names} of those not shown one by one."""
    rest = [page for page in big if page not in SHOWN and not page.startswith(ADMINS)]
    is_filtered = [page for page in rest if page.startswith("calls ")]
    return {"one filter of the calls": is_filtered, "other pages": [page for page in rest if page not in is_filtered]}


def _line(title, page, took, small, big):
    times = took[BIG.name][page]
    measured = f"{title}: p50 {percentile(times, 0.5):.0f} ms, p95 {big[page]:.0f} ms"
    against = f"at 1,000: p50 {percentile(took[SMALL.name][page], 0.5):.0f} ms, p95 {small[page]:.0f} ms"
    return Line(measured, against, big[page] / small[page])


def _p95(times):
    return percentile(times, 0.95)


def _took(address):
    """{page: [milliseconds]} of the world at this address, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.pages_of", str(ROUNDS)]
    done = subprocess.run(command, env=environment(address), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"The pages failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
