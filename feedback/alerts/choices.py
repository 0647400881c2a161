"""The words of thresholds and alerts."""

from django.db import models


class Where(models.TextChoices):
    """What a threshold looks at."""

    ONE = "one", "One location"
    EACH = "each", "Each location by itself"
    TOGETHER = "together", "All locations together"


class Side(models.TextChoices):
    """On which side of the threshold a figure opens an alert."""

    BELOW = "below", "Below"
    ABOVE = "above", "Above"


class Ending(models.TextChoices):
    """How an alert ended."""

    RECOVERED = "recovered", "Recovered"
    CHANGED = "changed", "Threshold changed"
    REMOVED = "removed", "Threshold removed"
    CLOSED = "closed", "Location closed"
