"""Forms about planned calls: planning one, moving it, giving it to somebody, and the filters of the list."""

import uuid

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.filters import LenientForm, PersonField, RowField, any_of
from calls import callback_when, planned
from calls.callback_field import CallbackField, at_of
from calls.choices import CallbackOrigin, CallbackState
from calls.models import Callback
from calls.services.callbacks import CannotPlan, Wish, check_time
from customers.models import Location
from integrations.text import clean


class CallbackForm(forms.Form):
    """When, whose, and what about. `wish` of a valid one is what `promise` takes."""

    callback = CallbackField(label="When", required=False)
    ASK = "Choose when they are called back."

    def __init__(self, post, whom, stands=None):
        """`post` maps field → text, None before anything was posted; `stands`: the time (aware) that needs no check."""
        wish = callback_when.read(post, whom) if post is not None else None
        super().__init__(None if post is None else {"callback": wish or {"at": ""}})
        self.when = callback_when.When(whom, post or {"callback": callback_when.TOMORROW})
        self.stands = stands

    def clean_callback(self):
        wish = self.cleaned_data["callback"]
        at = at_of(wish)
        if at is None:
            raise forms.ValidationError(self.ASK)
        try:
            if not self._stands(at):
                check_time(at)
        except CannotPlan as cannot:
            raise forms.ValidationError(str(cannot)) from cannot
        return wish

    def _stands(self, at):
        """Whether it is the time it had: a page shows no seconds."""
        return self.stands is not None and at.replace(second=0, microsecond=0) == self.stands.replace(
            second=0, microsecond=0
        )

    def wish(self, user):
        """The Wish of a valid form; "mine" is `user`'s."""
        said = self.cleaned_data["callback"]
        owner = None if said["owner"] == callback_when.ANYONE else user
        at = at_of(said)
        return Wish(self.stands if self._stands(at) else at, owner, said["note"])


def intent_of(user, post=None):
    """The key of one press, a new one where none was posted."""
    given = clean((post or {}).get("intent", ""))[:40]
    return f"{user.pk}-{given or uuid.uuid4().hex}"


def people_for(row, user):
    """Whom a callback may be given to: who is at its location; an agent takes it or leaves it to anyone."""
    people = get_user_model().objects.filter(is_active=True)
    if not user.is_supervisor:
        return people.filter(pk=user.pk)
    here = Q(locations=row.location) if row.location else Q(sees_all_locations=True)
    return people.filter(pk__in=people.filter(here | Q(pk=user.pk)).values("pk")).order_by("name", "pk")


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(get_user_model().objects.none(), required=False, empty_label="Anyone", label="Whose")

    def __init__(self, *args, row, user, **options):
        super().__init__(*args, initial={"owner": row.owner_id}, **options)
        self.fields["owner"].queryset = people_for(row, user)


WAITING, DUE, OVERDUE, ALL = "", "due", "overdue", "all"
WHICH = (
    (WAITING, "Waiting"),
    (DUE, "Due"),
    (OVERDUE, "Overdue"),
    (CallbackState.HANDED_OVER.value, "With CCAI"),
    (CallbackState.DONE.value, "Called back"),
    (CallbackState.CANCELLED.value, "Cancelled"),
    (ALL, "All"),
)


class CallbackFilters(LenientForm):
    which = forms.ChoiceField(required=False, choices=WHICH, label="Which")
    origin = forms.ChoiceField(required=False, choices=any_of("Promised or planned", CallbackOrigin.choices))
    owner = PersonField("Owner", "Everybody’s")
    location = RowField(Location, "Location", "Any location")

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        self.fields["location"].queryset = Location.objects.visible_to(user).distinct()
        # Looked for from the people: there are fewer of them than callbacks.
        owned = Exists(Callback.objects.visible_to(user).filter(owner=OuterRef("pk")))
        self.fields["owner"].queryset = get_user_model().objects.filter(owned).order_by("name", "pk")

    @property
    def newest_first(self):
        """What is over is read from the end."""
        return self.chosen().get("which") in (CallbackState.DONE, CallbackState.CANCELLED, ALL)

    def rows(self):
        """The callbacks this person may see that pass the filters."""
        chosen = self.chosen()
        rows = self._which(Callback.objects.visible_to(self.user), chosen.pop("which", WAITING))
        return rows.filter(**chosen)

    def _which(self, rows, which):
        now = timezone.now()
        if which == ALL:
            return rows
        if which == WAITING:
            return rows.waiting()
        if which in (DUE, OVERDUE):
            late = planned.OVERDUE_AFTER if which == OVERDUE else timezone.timedelta(0)
            return planned.ours_to_call(rows).filter(promised_at__lte=now - late)
        return rows.filter(state=which)
