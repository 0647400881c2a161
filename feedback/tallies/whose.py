"""Whose call an answer is about: the one it was given on, or the one whose request asked for it."""

from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from feedback.models.requests import FeedbackRequest


def call_of_answer():
    """Annotations of a Feedback query: `call_agent` (id) and `call_provider` of the call it is tied to, else None.

    An answer is tied to a call by nothing but the key pressed on it, the file that names it, or the request with its
    id.
    """
    return {
        "call_agent": Coalesce("call__agent_id", _asked("call__agent_id"), output_field=BigIntegerField()),
        "call_provider": Coalesce("call__provider", _asked("call__provider")),
    }


def _asked(field):
    requests = FeedbackRequest.objects.filter(feedback=OuterRef("pk"), call__isnull=False)
    return Subquery(requests.order_by("pk").values(field)[:1])
