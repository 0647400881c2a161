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
