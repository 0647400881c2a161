"""Beginnings of replies to public reviews, by their stars."""

from django.db import models
from django.db.models import F, Q


class ReplyTemplate(models.Model):
    """What a reply to a review of so many stars begins with; `platform` "" is any of them.

    `text` may say {name}, {location} and {stars}. Reviews without stars are offered all of them.
    """

    name = models.CharField(max_length=100, unique=True)
    stars_from = models.PositiveSmallIntegerField("From stars", default=1)
    stars_to = models.PositiveSmallIntegerField("To stars", default=5)
    platform = models.CharField(max_length=100, blank=True)  # its id at FeedbackAPI, as Review.platform
    text = models.TextField()

    class Meta:
        ordering = ["-stars_to", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stars_from__lte=F("stars_to"), stars_to__lte=5), name="reply_template_stars_in_order"
            )
        ]

    def __str__(self):
        return self.name
