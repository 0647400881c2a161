"""What the worker does for this room."""

from customers.imports import keeping, work


def go_on_importing(pk):
    """One turn at an import."""
    work.go_on(pk)


def look_after_imports():
    """Imports whose worker died are gone on with, forgotten files removed; the schedule calls it each minute."""
    keeping.look_after()
