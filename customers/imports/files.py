"""The files themselves: kept under var/ for their owner alone until the import has ended."""

import hashlib
import os
import shutil
import zipfile

from django.conf import settings
from django.db import transaction

from customers.imports import archives
from customers.imports.errors import CannotRead

LARGEST = 200 * 1024 * 1024  # bytes by the browser; a million calls are about 70 MB
BLOCK = 1024 * 1024
PARTS = ("file", "rows", "part", "before", "tried")
PACKED = 8  # bytes of a workbook's XML for one of what it says
TOO_LARGE = f"This file is larger than {LARGEST // BLOCK} MB. Split it, or use the command line, which has no limit."


def folder():
    """Where they stand; made when it is missing, closed to everybody but the owner of the process."""
    where = settings.VAR_DIR / "imports"
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    return where


def path_of(run, part="file"):
    """`part`: "file" as it came, "rows" as plain text where it came as something else, "before" as that was before it
    was read anew, "part" while it is written, "tried" what a dry run would have made of it by the end of a turn."""
    return folder() / f"{run.uuid}.{part}"


def rows_path(run):
    """The text whose rows are read."""
    prepared = path_of(run, "rows")
    return prepared if prepared.exists() else path_of(run)


def weight(run):
    """How many bytes of a table there are to read, roughly; of a packed one as its archive says."""
    path = path_of(run)
    if not path.exists() or path_of(run, "rows").exists() or not zipfile.is_zipfile(path):
        kept = rows_path(run)
        return kept.stat().st_size if kept.exists() else 0
    return sum(part.file_size for part in archives.parts(path)) // PACKED or run.size


def keep(run, source, limit=None):
    """Copies an open binary file and fills in size and digest. Raises CannotRead past `limit` bytes."""
    digest, size = hashlib.sha256(), 0
    with open_private(path_of(run)) as target:
        while block := source.read(BLOCK):
            size += len(block)
            if limit and size > limit:
                target.close()
                forget(run)
                raise CannotRead(TOO_LARGE)
            digest.update(block)
            target.write(block)
    run.size, run.digest = size, digest.hexdigest()


def digest_of(path):
    """SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_private(path):
    """A new binary file that nobody else can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def forget_once_committed(run):
    """Forgets it when what is being written of it stands: a commit that fails leaves an import with its file."""
    transaction.on_commit(lambda: forget(run), robust=True)


def put_rows_by(run):
    """Before a file is read anew: its text as it was read before is kept, until the new one is of use."""
    if path_of(run, "rows").exists() and not path_of(run, "before").exists():
        os.replace(path_of(run, "rows"), path_of(run, "before"))
    path_of(run, "rows").unlink(missing_ok=True)


def put_rows_back(run):
    """The text as it was read before."""
    path_of(run, "rows").unlink(missing_ok=True)
    if path_of(run, "before").exists():
        os.replace(path_of(run, "before"), path_of(run, "rows"))


def let_go_of_rows_before(run):
    """The new text is of use."""
    path_of(run, "before").unlink(missing_ok=True)


def forget(run):
    """Removes what was kept of it. Harmless twice."""
    for part in PARTS:
        path_of(run, part).unlink(missing_ok=True)


def room():
    """Bytes free on the disk."""
    return shutil.disk_usage(folder()).free
