"""A file on its way in: what it is, how its columns are meant, how far it has come, and what it could not take."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from customers.imports.choices import ImportKind, ImportState


class Import(models.Model):
    """One file. Its rows and `cursor` are written in one commit a portion, so whoever goes on takes none twice.

    `profile` names the source: the same id of the same source is the same row, whatever file brings it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # names its file under var/
    kind = models.CharField(max_length=10, choices=ImportKind)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)  # by a person or a worker; forgotten ones are found by it
    ended_at = models.DateTimeField(null=True, blank=True)

    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    profile = models.CharField("source", max_length=100)
    shape = models.JSONField(default=dict)  # tables.Shape: how its rows are read
    mapping = models.JSONField(default=dict)  # {"columns": {field: column}, "options": {name: value}}
    facts = models.JSONField(default=dict)  # looking.Facts: what only the whole file tells

    total = models.PositiveIntegerField(null=True, blank=True)  # rows
    cursor = models.PositiveBigIntegerField(default=0)  # bytes of the prepared file behind us
    row = models.PositiveIntegerField(default=0)  # the number of the last row behind us
    seen = models.PositiveIntegerField(default=0)  # rows behind us
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    in_part = models.PositiveIntegerField(default=0, db_default=0)  # of those taken: without a cell nobody can read
    tried = models.JSONField(null=True, blank=True)  # the same counts, as trying it out gave them
    reason = models.CharField(max_length=500, blank=True)  # why it failed, a sentence
    owner = models.CharField(max_length=32, blank=True)  # whose it is now, until `lease_until`
    lease_until = models.DateTimeField(null=True, blank=True)
    deaths = models.PositiveSmallIntegerField(default=0)  # of workers in a row, who had it in hand

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["kind", "-made_at"])]

    def __str__(self):
        return self.file_name

    @property
    def says(self):
        return ImportState(self.state)

    @property
    def columns(self):
        """{field's name: column's number}."""
        return self.mapping.get("columns", {})

    @property
    def options(self):
        return self.mapping.get("options", {})


class RejectedRow(models.Model):
    """A row of a file that could not be taken, or only in part, as it stood there, and why."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="rejects")
    row = models.PositiveIntegerField()  # as a spreadsheet numbers it
    reason = models.CharField(max_length=300)
    cells = models.JSONField(default=list)
    is_taken = models.BooleanField(default=False, db_default=False)  # in part

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="rejected_row_once")]

    def __str__(self):
        return f"{self.run} row {self.row}"
