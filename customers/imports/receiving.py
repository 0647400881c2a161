"""A file as it comes by the browser. A small one is worked on at once, so that nobody waits for a worker."""

from django.db import transaction

from accounts import audit
from customers.imports import files, work
from customers.imports.choices import WORKED, ImportState
from customers.imports.errors import CannotRead
from customers.imports.models import Import

SMALL = 1024 * 1024  # bytes: ten thousand rows, a second or two


def is_small(run):
    """Whether the request itself may work on it: also what is packed in it is not large."""
    return files.weight(run) <= SMALL


def receive(kind, source, name, by):
    """A new Import of an open binary file. Raises CannotRead where that can be told at once, and then keeps nothing."""
    run = Import(kind=kind, file_name=name[-255:], made_by=by)
    try:
        files.keep(run, source, files.LARGEST)
        with transaction.atomic():
            run.save()
            audit.record(by, f"gave a file of {run.get_kind_display().lower()}", run)
            if not is_small(run):
                work.ring(run)
        go_on_at_once(run)
        if run.state == ImportState.FAILED:
            raise CannotRead(run.reason)
    except BaseException:
        _take_back(run)
        raise
    return run


def _take_back(run):
    """As if it had never come; its file goes last, and only when its row is gone for good."""
    if run.pk:
        run.delete()
    files.forget_once_committed(run)


def go_on_at_once(run):
    """Works on a small one until there is nothing to do. The row is as it then stands."""
    if run.state in WORKED and is_small(run):
        work.work(run.pk, None)
        run.refresh_from_db()


def read_again(run, options):
    """Another sheet, or other letters: the file is read anew. Whether it was still to be had.

    What it was read as before is kept until then, for a sheet may be of no use.
    """
    wished = {name: value for name, value in options.items() if value}
    found = Import.objects.filter(pk=run.pk, state=ImportState.MAPPING)
    mapping = {**run.mapping, work.ANEW: wished}
    with transaction.atomic():
        if not found.update(state=ImportState.READING, mapping=mapping, reason=""):
            return False
        files.let_go_of_rows_before(run)  # of an earlier reading whose worker died as it had just ended
        run.refresh_from_db()
        if not is_small(run):
            work.ring(run)
    go_on_at_once(run)
    return True
