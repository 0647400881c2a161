"""Pages of what an admin writes down for all and, where it is wanted, otherwise for one account or country.

The rows are of other rooms; what is the same for all of them, saving with its words in the history, is here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render

from accounts import audit

READ_AND_POST = ["GET", "HEAD", "POST"]


def posted(request):
    """What a form of such a page is bound to: the body of a POST, else None."""
    return request.POST if request.method == "POST" else None


class Known(Exception):
    """Such a row was written by somebody else a moment earlier; str() says so."""


@dataclass(frozen=True)
class RulePages:
    """One kind of such rows.

    word             what people call one: "rule"; also its name in the template
    template, back   of the form; the address of the list
    changed, removed what stands in the history
    said             row → the sentence after it was saved
    """

    word: str
    template: str
    back: str
    changed: str
    removed: str
    said: Callable

    def index(self, request, template, model):
        """The row for all first, also while nobody has written one; then the accounts' own by name."""
        written = list(model.objects.select_related("account").order_by("account__name", "pk"))
        for_all = next((row for row in written if row.account_id is None), None) or model()
        own = [row for row in written if row.account_id]
        return render(request, template, {"for_all": for_all, "own": own})

    def new(self, request, form_class, for_all):
        """Somebody's own row; it begins as the one `for_all`."""
        for_all.pk, for_all._state.adding = None, True
        return self.edit(request, form_class(posted(request), instance=for_all), is_new=True)

    def remove(self, request, row, template, for_all, said):
        """Asks on GET, where it says what holds then; on POST the row is gone and `said` is the sentence."""
        if request.method != "POST":
            return render(request, template, {self.word: row, "for_all": for_all})
        self.drop(request.user, row)
        messages.success(request, said)
        return redirect(self.back)

    def edit(self, request, form, is_new=False):
        """The form of a row, which carries `changes` (field → [old, new] as people read them); saved on a good POST."""
        if request.method == "POST" and form.is_valid() and self._saved(request, form):
            return redirect(self.back)
        context = {"form": form, self.word: form.instance, "is_new": is_new}
        return render(request, self.template, context, status=422 if form.errors else 200)

    def _saved(self, request, form):
        row = form.save(commit=False)
        try:
            self.save(request.user, row, form.changes)
        except Known as known:
            form.add_error(None, str(known))
            return False
        messages.success(request, self.said(row))
        return True

    def save(self, by, row, changes):
        """Save a row and who changed it. Raises Known."""
        try:
            with transaction.atomic():
                row.save()
                audit.record(by, self.changed, row, changes)
        except IntegrityError as error:
            sentence = f"Somebody else has just written this {self.word}. Go back to the list and open theirs."
            raise Known(sentence) from error

    def drop(self, by, row):
        """Without a row of its own, an account or a country follows the one for all again."""
        with transaction.atomic():
            audit.record(by, self.removed, row)
            row.delete()
