from django.db import models


class LineType(models.TextChoices):
    """Trestle's line types (open set: unknown words are kept as they come)."""

    LANDLINE = "Landline", "Landline"
    MOBILE = "Mobile", "Mobile"
    FIXED_VOIP = "FixedVOIP", "Internet line, fixed"
    NON_FIXED_VOIP = "NonFixedVOIP", "Internet line"
    PREMIUM = "Premium", "Premium"
    TOLL_FREE = "TollFree", "Toll-free"
    VOICEMAIL = "Voicemail", "Voicemail"
    OTHER = "Other", "Other"


class Verb(models.TextChoices):
    """What people do with a company: FeedbackAPI's standard templates are written by it."""

    USE = "use", "use"
    VISIT = "visit", "visit"


class Side(models.TextChoices):
    """Whose value of a conflict holds."""

    OURS = "ours", "Ours"
    THEIRS = "theirs", "FeedbackAPI's"


class At(models.TextChoices):
    """Whether FeedbackAPI has a row, as a filter."""

    THERE = "there", "At FeedbackAPI"
    HERE = "here", "Only here"
    GONE = "gone", "Inactive there"
