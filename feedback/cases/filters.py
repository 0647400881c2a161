"""The filters of the queue: a GET form whose address can be sent to a colleague. REST and the file use the same."""

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef

from accounts.filters import LenientForm, PersonField, RowField, any_of
from customers.access import accounts_seen_by
from customers.models import ClientAccount, Location
from feedback.cases.selectors import is_overdue
from feedback.choices import CaseSourceKind, CaseStage
from feedback.models import Case, CaseSource

MINE, UNASSIGNED, OPEN, CLOSED = "mine", "unassigned", "open", "closed"
WHICH = ((OPEN, "All open"), (MINE, "Mine"), (UNASSIGNED, "Nobody’s"), (CLOSED, "Closed"))
NOBODY = "nobody"


class CaseFilters(LenientForm):
    which = forms.ChoiceField(required=False, choices=WHICH, label="Which", widget=forms.RadioSelect)
    location = RowField(Location, "Location", "Any location")
    owner = PersonField("Owner", "Anybody’s")
    stage = forms.ChoiceField(required=False, choices=any_of("Any stage", CaseStage.choices))
    source = forms.ChoiceField(required=False, choices=any_of("Any source", CaseSourceKind.choices))
    overdue = forms.ChoiceField(
        required=False, choices=(("", "Overdue or not"), ("yes", "Overdue"), ("no", "Not overdue")), label="Overdue"
    )
    account = forms.ModelChoiceField(ClientAccount.objects.none(), required=False, widget=forms.HiddenInput)
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        self.fields["location"].queryset = Location.objects.visible_to(user).distinct()
        self.fields["account"].queryset = accounts_seen_by(user)
        if not user.is_supervisor:  # they see their own alone
            del self.fields["owner"]
            self.fields["which"].choices = [(OPEN, "Open"), (CLOSED, "Closed")]
            return
        owners = Case.objects.visible_to(user).open().exclude(owner=None).order_by().values("owner").distinct()
        self.fields["owner"].queryset = get_user_model().objects.filter(pk__in=owners).order_by("name", "pk")

    @property
    def which_chosen(self):
        return self.chosen().get("which", OPEN)

    @property
    def newest_first(self):
        """What is closed is read from the end."""
        return self.which_chosen == CLOSED

    @property
    def by(self):
        return "closed_at" if self.newest_first else "queue_at"

    def applied(self):
        """Without the tab, which shows by itself that it is chosen."""
        return [one for one in super().applied() if one[0] != "which"]

    def _label(self, name, value):
        return "One customer" if name == "customer" else super()._label(name, value)

    @property
    def bar(self):
        """The fields beside the tabs."""
        return [self[name] for name in self.fields if name != "which" and not self[name].is_hidden]

    @property
    def hidden(self):
        """What the form carries on and nobody chooses in it."""
        chosen = self.chosen()
        return [self[name] for name in ("account", "customer") if name in chosen]

    def rows(self):
        """The cases this person may see that pass the filters."""
        chosen = self.chosen()
        rows = self._which(Case.objects.visible_to(self.user), chosen.pop("which", OPEN))
        for name, value in chosen.items():
            rows = getattr(self, f"_by_{name}", self._plain(name))(rows, value)
        return rows

    def _which(self, rows, which):
        if which == CLOSED:
            return rows.exclude(closed_at=None)
        rows = rows.open()
        if which == MINE:
            return rows.filter(owner=self.user)
        return rows.filter(stage=CaseStage.OPEN) if which == UNASSIGNED else rows

    def _plain(self, name):
        return lambda rows, value: rows.filter(**{name: value})

    def _by_account(self, rows, account):
        return rows.filter(location__account=account)

    def _by_source(self, rows, kind):
        return rows.filter(Exists(CaseSource.objects.filter(case=OuterRef("pk"), kind=kind)))

    def _by_overdue(self, rows, word):
        return rows.filter(is_overdue()) if word == "yes" else rows.exclude(is_overdue())
