"""One real plan, read in this process from prepared pages: seconds, peak memory and counts, as JSON.

    python -m tests.benchmarks.sync_ours PLAN URL [--full] [--profile FILE]

`sync_lists` starts it; by hand, with a database of your own:

    python -m tests.benchmarks.prepared 100000 100000 &
    DATABASE_URL=sqlite:////…/bench.sqlite3 python -m tests.benchmarks.sync_ours customers http://127.0.0.1:… --migrate
"""

import argparse
import cProfile
import json
import os
import resource
import sys
import time


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("plan")
    parser.add_argument("url")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--migrate", action="store_true", help="make the tables first")
    parser.add_argument("--profile", help="where cProfile's figures go")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.settings")
    os.environ["FEEDBACKAPI_BASE_URL"] = asked.url
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    if asked.migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
    print(json.dumps(read(asked)))


def read(asked):
    from integrations import sync
    from integrations.sync import work

    plan = sync.plan_of(asked.plan)
    profile = cProfile.Profile()
    begin = time.perf_counter()
    if asked.profile:
        profile.enable()
    run = work.go(plan, full=asked.full)
    profile.disable()
    took = time.perf_counter() - begin
    if asked.profile:
        profile.dump_stats(asked.profile)
    counts = {name: getattr(run, name) for name in ("fetched", "created", "updated", "unchanged", "failed", "requests")}
    return {
        "seconds": took,
        "peak_mb": peak(),
        "readers_mb": peak(resource.RUSAGE_CHILDREN),
        "state": run.state,
        "reason": run.reason,
        **counts,
    }


def peak(whose=resource.RUSAGE_SELF):
    """The most memory this process has had, in MB."""
    return resource.getrusage(whose).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
