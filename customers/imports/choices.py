"""What can be imported, and how an import stands."""

from django.db import models


class ImportKind(models.TextChoices):
    """What the rows of a file are."""

    CALLS = "calls", "Calls"
    CUSTOMERS = "customers", "Customers"
    ANSWERS = "answers", "Survey answers"
    REVIEWS = "reviews", "Reviews"


class ImportState(models.TextChoices):
    READING = "reading", "Reading the file"
    MAPPING = "mapping", "Waits for its columns"
    CHECKING = "checking", "Trying it out"
    CHECKED = "checked", "Tried out"
    RUNNING = "running", "Coming in"
    DONE = "done", "Done"
    FAILED = "failed", "Cannot be read"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Forgotten"

    @property
    def is_worked(self):
        """A worker has something to do for it."""
        return self in WORKED

    @property
    def is_over(self):
        """Nothing of it changes any more, and its file is gone."""
        return self in OVER

    @property
    def tone(self):
        return LOOKS[self][0]

    @property
    def icon(self):
        return LOOKS[self][1]


WORKED = {ImportState.READING, ImportState.CHECKING, ImportState.RUNNING}
OVER = {ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED, ImportState.EXPIRED}
LOOKS = {
    ImportState.READING: ("info", "loader"),
    ImportState.MAPPING: ("warn", "list-checks"),
    ImportState.CHECKING: ("info", "loader"),
    ImportState.CHECKED: ("warn", "clipboard-check"),
    ImportState.RUNNING: ("info", "loader"),
    ImportState.DONE: ("good", "check"),
    ImportState.FAILED: ("bad", "circle-alert"),
    ImportState.CANCELLED: ("", "x"),
    ImportState.EXPIRED: ("", "clock"),
}
