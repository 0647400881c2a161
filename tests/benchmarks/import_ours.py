"""Our import of a file by the real command, as JSON: `python -m tests.benchmarks.import_ours FILE` (DATABASE_URL)."""

import io
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import django


def main(file):
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from customers.models import Import

    with tempfile.TemporaryDirectory(prefix="aftercall-bench-") as folder:
        settings.VAR_DIR = Path(folder)
        begin = time.perf_counter()
        call_command("import_calls", file, stdout=io.StringIO())
        seconds = time.perf_counter() - begin
    run = Import.objects.first()
    counts = {name: getattr(run, name) for name in ("created", "updated", "unchanged", "rejected")}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak, **counts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
