"""`make bench`: every benchmark in this folder, one after the other, as one table.

    python -m tests.benchmarks [NAME...]

A benchmark is a module here with `TITLE`, `AIM` (a sentence) and `run()`, which returns its lines.
Figures are ratios taken in one run on one machine wherever that can be; they are printed, never asserted.
"""

import importlib
import os
import pkgutil
import platform
import sqlite3
import sys
import traceback
from pathlib import Path

import django
from rich.console import Console
from rich.table import Table


def names():
    """The benchmarks' module names, in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name for name in found if hasattr(_load(name), "run"))


def _load(name):
    return importlib.import_module(f"tests.benchmarks.{name}") if name != "__main__" else None


def machine():
    """What the figures were taken on, and how busy it was with other things."""
    cores, system, load = os.cpu_count(), f"{platform.system()} {platform.machine()}", os.getloadavg()[0]
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    return f"{cores} cores, {system}, Python {python}, SQLite {sqlite}, load {load:.1f} before it began"


def main(wanted):
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(names())}.", file=sys.stderr)
        return 2
    table = Table(
        "bench", "measured", "against", "ratio", "aim", title="Aftercall, one run on this machine", caption=machine()
    )
    broken = []
    for name in wanted or names():
        module = _load(name)
        print(f"{module.TITLE} …", file=sys.stderr, flush=True)
        try:
            for line in module.run():
                table.add_row(module.TITLE, *line.cells(), line.aim or module.AIM)
        except Exception as error:  # one that breaks takes no other's figures with it
            traceback.print_exc()
            table.add_row(module.TITLE, f"broke: {error}", "", "", module.AIM)
            broken.append(name)
    # A pipe has no width: lines are kept whole there.
    Console(width=None if sys.stdout.isatty() else 180).print(table)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
