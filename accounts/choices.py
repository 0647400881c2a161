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
