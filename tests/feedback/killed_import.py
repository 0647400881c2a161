"""An import that ends itself with SIGKILL at a point: `killed_import.py FILE VAR POINT TIMES`.

POINT: `writing` (a portion's rows are written, not committed), `written` (they are). A portion is seven rows.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(file, var, point, times):
    sys.path[:0] = [str(ROOT)]
    import django

    django.setup()

    from django.conf import settings
    from django.core.management import call_command

    from customers.imports import work
    from tests.mortal import dies

    settings.VAR_DIR = Path(var)
    passing, write, store = dies(point, times), work._write, work._store

    def written(run, owner, **columns):
        if "cursor" in columns:
            passing("writing")
        write(run, owner, **columns)

    def stored(*given):
        store(*given)
        passing("written")

    work.PORTION, work._write, work._store = 7, written, stored
    call_command("import_calls", file)


if __name__ == "__main__":
    main(*sys.argv[1:])
