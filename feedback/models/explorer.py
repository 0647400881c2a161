"""What the call explorer finds calls by: copies with the call's date beside them, so that a rare value is found as
fast among a million calls as among a thousand.

The database itself keeps them equal (explorer/copies/): whoever writes a wrap-up, an answer or a call, by a service,
in bulk or by hand, need not know of them.
"""

from django.db import models

from calls.models import Call
from feedback.choices import Issue, Mood
from integrations.models import Delivery

UNCLEAR = "unclear"  # an answer without a score that we understand
MOODS = (*Mood.choices, (UNCLEAR, "No score"))


class CallIssue(models.Model):
    """One issue that a call's wrap-up names. `at`: the date the call counts on."""

    # The trigger takes them away with their call; Django need not look for them first.
    call = models.ForeignKey(
        Call, models.DO_NOTHING, related_name="issues_heard", db_constraint=False, db_index=False, editable=False
    )
    issue = models.CharField(max_length=40, choices=Issue)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "issue"], name="call_issue_once")]
        indexes = [models.Index(fields=["issue", "at", "call"], name="call_issue_by_date")]

    def __str__(self):
        return f"{self.call} {self.issue}"


class CallAnswer(models.Model):
    """What a call's customer answered, by key or by survey: of several the unhappiest. `at` as above."""

    call = models.OneToOneField(
        Call, models.DO_NOTHING, primary_key=True, related_name="answered", db_constraint=False, editable=False
    )
    mood = models.CharField(max_length=8, choices=MOODS)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["mood", "at", "call"], name="call_answer_by_mood"),
            models.Index(fields=["at", "call"], name="call_answer_by_date"),
        ]

    def __str__(self):
        return f"{self.call} {self.mood}"


class CallParked(models.Model):
    """A delivery about a call's present wrap-up that needs a person. `at` as above."""

    delivery = models.OneToOneField(
        Delivery, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False, editable=False
    )
    call = models.ForeignKey(Call, models.DO_NOTHING, related_name="+", db_constraint=False, editable=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at", "call"], name="call_parked_by_date")]

    def __str__(self):
        return f"{self.call} {self.delivery}"
