"""The calls of a list as a file, on its way or ready."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from feedback.explorer.exports.choices import LIVE, ExportState, FileFormat


def random_name():
    """A file's name that nobody guesses."""
    return secrets.token_hex(16)


class CallExport(models.Model):
    """One file of calls. `cursor` and `size` are written together: up to that byte stand the rows to that call."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    format = models.CharField(max_length=4, choices=FileFormat)
    query = models.TextField(blank=True)  # the list's filters as its address says them
    words = models.TextField(blank=True)  # and as its chips do
    zone = models.CharField(max_length=64)  # the reader's when they asked: of its times and of its days
    sight = models.JSONField(default=dict)  # what its owner could see when it was written: exports/sight.py
    state = models.CharField(max_length=9, choices=ExportState, default=ExportState.WAITING)
    why = models.CharField(max_length=300, blank=True)  # in a sentence, why it failed
    total = models.PositiveIntegerField(null=True, blank=True)  # counted to a cap; None: not counted yet
    done = models.PositiveIntegerField(default=0)
    cursor = models.CharField(max_length=80, blank=True)  # the last call written
    is_spooled = models.BooleanField(default=False)  # every row is written; a workbook has still to be made of them
    file_name = models.CharField(max_length=40, default=random_name, unique=True, editable=False)
    size = models.BigIntegerField(default=0)
    worker = models.CharField(max_length=32, blank=True)  # who has it in hand, until then
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="call_export_state_known"),
        ]
        indexes = [
            # The few that the schedule looks at: to be gone on with, or to be deleted.
            models.Index(fields=["state"], condition=Q(state__in=[*LIVE, "done"]), name="call_export_kept"),
        ]

    def __str__(self):
        return f"{self.get_format_display()} of calls"

    @property
    def says(self):
        """Its state as a word with a tone and an icon."""
        return ExportState(self.state)

    @property
    def is_live(self):
        return self.state in LIVE

    @property
    def is_ready(self):
        return self.state == ExportState.DONE
