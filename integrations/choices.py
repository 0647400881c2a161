"""The words of the wire: each is value, label, tone and whether it is final."""

from django.db import models


class Vendor(models.TextChoices):
    CCAI = "ccai", "CCAI"
    PLIVO = "plivo", "Plivo"
    TELESIGN = "telesign", "TeleSign"
    TRESTLE = "trestle", "Trestle"
    FEEDBACKAPI = "feedbackapi", "FeedbackAPI"


class DeliveryState(models.TextChoices):
    PENDING = "pending", "Waiting"
    DELIVERED = "delivered", "Delivered"
    PARKED = "parked", "Needs a person"
    SUPERSEDED = "superseded", "Replaced"
    NOT_APPLICABLE = "not_applicable", "Not applicable"

    @property
    def tone(self):
        return {"pending": "wait", "delivered": "good", "parked": "bad"}.get(self.value, "quiet")

    @property
    def is_final(self):
        return self is not DeliveryState.PENDING


class AttemptOutcome(models.TextChoices):
    STARTED = "started", "Under way"
    DELIVERED = "delivered", "Delivered"
    UNAVAILABLE = "unavailable", "Try later"
    REJECTED = "rejected", "Refused"
    MISCONFIGURED = "misconfigured", "Connection needs a person"
    UNCERTAIN = "uncertain", "Answer unknown"
    NOT_SENT = "not_sent", "Not sent"


class HookState(models.TextChoices):
    RECEIVED = "received", "Received"
    APPLIED = "applied", "Applied"
    UNMATCHED = "unmatched", "No call found yet"
    SET_ASIDE = "set_aside", "Set aside"


class SyncState(models.TextChoices):
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    COMPLETE = "complete", "Complete"
    INCOMPLETE = "incomplete", "Incomplete"
    ABANDONED = "abandoned", "Abandoned"

    @property
    def tone(self):
        return {"complete": "good", "running": "info", "paused": "warn", "incomplete": "bad"}.get(self.value, "")

    @property
    def icon(self):
        icons = {"complete": "check", "running": "refresh-cw", "paused": "pause", "incomplete": "circle-alert"}
        return icons.get(self.value, "minus")

    @property
    def is_final(self):
        return self not in (SyncState.RUNNING, SyncState.PAUSED)


class Origin(models.TextChoices):
    ENVIRONMENT = "environment", "From the environment"
    SAVED = "saved", "Saved by an admin"
