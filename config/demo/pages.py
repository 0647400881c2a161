"""Static files for the web server, collected and compressed only when one of them has changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# Pages of the framework's that we do not show; compressing them would take half of the first start.
UNUSED = ["rest_framework"]


def collect():
    """Brings var/static/ up to date; compressing all of it takes seconds, so a stamp remembers what is there."""
    stamp, wanted = Path(settings.STATIC_ROOT) / "made-from.txt", _digest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=UNUSED)
    stamp.write_text(wanted)


def _digest():
    facts = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            facts.append(f"{name} {file.st_size} {file.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(facts)).encode()).hexdigest()
