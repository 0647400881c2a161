"""The words of an export."""

from django.db import models


class FileFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"

    @property
    def content_type(self):
        return {
            "csv": "text/csv; charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }[self.value]


class ExportState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Being written"
    DONE = "done", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    GONE = "gone", "Deleted"

    @property
    def tone(self):
        return {"waiting": "warn", "running": "info", "done": "good", "failed": "bad"}.get(self.value, "")

    @property
    def icon(self):
        icons = {"waiting": "clock", "running": "refresh-cw", "done": "check", "failed": "circle-alert"}
        return icons.get(self.value, "x")


LIVE = ["waiting", "running"]
