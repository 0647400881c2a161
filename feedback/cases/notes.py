"""One line of what was done with a case."""

from django.utils import timezone

from feedback.models import CaseEvent


def note(case, word, text="", by=None, call=None, at=None):
    """Append it. `by` None: the machine did it."""
    return CaseEvent.objects.create(case=case, word=word, text=text, by=by, call=call, at=at or timezone.now())
