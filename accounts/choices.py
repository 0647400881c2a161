from django.db import models


class Role(models.TextChoices):
    AGENT = "agent", "Agent"
    SUPERVISOR = "supervisor", "Supervisor"
    ADMIN = "admin", "Admin"


class Theme(models.TextChoices):
    SYSTEM = "", "Like my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Scope(models.TextChoices):
    READ = "read", "Read"
    WRITE = "write", "Read and write"


class Lifetime(models.TextChoices):
    """How long a token opens the door."""

    MONTH = "30", "30 days"
    QUARTER = "90", "90 days"
    YEAR = "365", "A year"
    NEVER = "never", "Never"

    @property
    def days(self):
        """Days as a number, 0 for ever."""
        return 0 if self == Lifetime.NEVER else int(self.value)


class LetterState(models.TextChoices):
    """How a mail to one of our people stands."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    UNCLEAR = "unclear", "May not have arrived"  # the worker was stopped while it handed it over
    NOT_SENT = "not_sent", "Not sent"

    @property
    def tone(self):
        return {"sent": "good", "unclear": "warn", "not_sent": "bad"}.get(self.value, "")

    @property
    def icon(self):
        return {"sent": "check", "unclear": "circle-question-mark", "not_sent": "circle-alert"}.get(self.value, "clock")
