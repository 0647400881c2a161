"""A real plan, read until its process ends itself with SIGKILL: `killed_plan.py NAME POINT TIMES`.

POINT: `asking` (before a request), `writing` (the rows are written, not committed), `written` (they are).
"""

import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(name, point, times):
    sys.path[:0] = [str(ROOT)]
    import django

    django.setup()

    from integrations import sync
    from integrations.sync import work
    from tests.mortal import dies

    passing = dies(point, times)

    def before(here, deed):
        return lambda *given: (passing(here), deed(*given))[1]

    def after(here, deed):
        return lambda *given: (deed(*given), passing(here))[0]

    def source(connection):
        found = plan.source(connection)
        return replace(found, fetch=before("asking", found.fetch))

    plan = sync.plan_of(name)
    mortal = replace(plan, source=source, sink=lambda connection: after("writing", plan.sink(connection)))
    work.go(mortal, full=True, progress=lambda run: passing("written"))


if __name__ == "__main__":
    main(*sys.argv[1:])
