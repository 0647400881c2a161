"""When somebody is called back, as a form’s field: what page and REST give, as the wish that is kept."""

from datetime import UTC, datetime

from django import forms
from django.utils import timezone

from calls.callback_when import ANYONE, MINE
from integrations.text import clean

LONGEST_NOTE = 500  # characters that our column holds
PARTS = ("at", "owner", "note")


class CallbackField(forms.Field):
    """A wish as plain JSON, None where nothing was said: then the retry plan decides. `at` None: no callback."""

    ASK = "Say when they are called back, or choose “No time agreed”."
    UNREADABLE = "Write the time as a date and a clock time."

    def to_python(self, value):
        if value in (None, ""):
            return None
        if not isinstance(value, dict):
            raise forms.ValidationError("A callback is an object, or null.")
        unknown = sorted(set(map(str, value)) - set(PARTS))
        if unknown:
            raise forms.ValidationError(f"A callback has no “{unknown[0][:40]}”.")
        return {"at": self._at(value.get("at")), "owner": self._owner(value.get("owner")), "note": self._note(value)}

    def _at(self, value):
        """ISO text in UTC. Without a zone it is by the reader's clock."""
        if value is None:
            return None
        if value == "":
            raise forms.ValidationError(self.ASK)
        try:
            at = datetime.fromisoformat(value) if isinstance(value, str) else value
            at = timezone.make_aware(at) if at.tzinfo is None else at
            return at.astimezone(UTC).isoformat()
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise forms.ValidationError(self.UNREADABLE) from error

    def _owner(self, value):
        if value in (None, "", MINE):
            return MINE
        if value != ANYONE:
            raise forms.ValidationError("A callback is “mine” or “anyone”’s.")
        return ANYONE

    def _note(self, value):
        note = clean(str(value.get("note") or "")).strip()
        if len(note) > LONGEST_NOTE:
            raise forms.ValidationError(f"The note may have {LONGEST_NOTE} characters; this one has {len(note):,}.")
        return note


def at_of(wish):
    """When a wish wants the call (aware), None for never or nothing said."""
    return datetime.fromisoformat(wish["at"]) if wish and wish.get("at") else None
