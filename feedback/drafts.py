"""What is typed and not saved yet. It lives on the server, so a closed tab loses nothing."""

from django.db import transaction
from django.utils import timezone

from calls import callback_when
from calls.models import Call
from feedback import survey_wishes
from feedback.forms import FLAGS
from feedback.models import Draft, Rating
from integrations.text import clean_deep

SINGLE = (
    *("outcome", "right_party", "quality", "phone_status", "notes", "reason", "root_cause"),
    *survey_wishes.FIELDS,
    *callback_when.FIELDS,
)
WHILE_LIVE = ("notes", "issues")


def save(call, by, data):
    """Keep `data` (field → text or list) as the draft of `call`, over what was kept before.

    Returns the Draft, or None: nothing is typed yet, or the call has been rated meanwhile and a late
    autosave changes nothing.
    """
    with transaction.atomic():
        # One writer per call: a late autosave and the save itself wait for each other here.
        Call.objects.select_for_update().only("pk").get(pk=call.pk)
        if Rating.objects.filter(call=call).exists():
            return None
        kept = Draft.objects.filter(call=call).values_list("data", flat=True).first()
        if kept is None and not any(data.values()):
            return None
        kept = kept or {}
        fields = {"data": kept | clean_deep(data), "by": by, "saved_at": timezone.now()}
        return Draft.objects.update_or_create(call=call, defaults=fields)[0]


def typed_in(post):
    """The fields a page posted, as a draft keeps them. Ticks that are gone are gone."""
    typed = {name: post.get(name) for name in SINGLE if name in post}
    if typed.get("root_cause"):
        typed["case_shown"] = post.get("case_shown", "")  # the case it was chosen for
    if "issues_shown" in post:
        typed["issues"] = post.getlist("issues")
    if "flags_shown" in post:
        typed["flags"] = [name for name in post.getlist("flags") if name in FLAGS]
    return typed


def of(call):
    """What was typed about a call so far: field → text or list."""
    draft = Draft.objects.filter(call=call).first()
    return draft.data if draft else {}


def drop(call):
    """Forget the draft: it has become a rating."""
    Draft.objects.filter(call=call).delete()
