"""The do-not-call list as people read it: page by page, searched, in a file, and what a pasted list would do."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from customers import phones
from customers.models import DoNotCall
from integrations.text import clean

PAGE = 50
MOST = 1000  # numbers taken at once: each is a row and a wish for CCAI's list while a person waits
SHOWN = 20  # lines shown of what cannot be read
SHORTEST_DIGITS = 3  # fewer are in nearly every number
HEADS = ("Number", "For", "Since", "Until", "By", "Why")


@dataclass(frozen=True)
class ListPage:
    """Entries, newest first, and the cursor of the next page ("" when there is none)."""

    rows: list
    next: str
    is_first: bool


def entries(user):
    """The DoNotCall rows a person may see, with everything a row shows."""
    related = ("number", "account", "by", "delivery__connection")
    return DoNotCall.objects.visible_to(user).select_related(*related).prefetch_related("delivery__attempts")


def page(user, text="", account=None, before=""):
    """A ListPage. `text` is searched in numbers and reasons; `before` is the cursor out of a page's `next`."""
    found = entries(user)
    text = clean(text).strip()
    if text:
        found = found.filter(_matching(text))
    if account:
        found = found.filter(Q(account=account))
    is_first = not (before.isascii() and before.isdigit() and len(before) <= 18)
    if not is_first:
        edge = DoNotCall.objects.filter(pk=int(before)).first()
        found = found.filter(Q(at__lt=edge.at) | Q(at=edge.at, pk__lt=edge.pk)) if edge else found.none()
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return ListPage(rows, str(rows[-1].pk) if more and rows else "", is_first)


def _matching(text):
    digits = phones.digits_of(text)
    found = Q(why__icontains=text)
    return found | Q(number__e164__contains=digits) if len(digits) >= SHORTEST_DIGITS else found


def as_cells(entry):
    """An entry as the cells of HEADS."""
    whom = str(entry.account or "everybody")
    return [phones.display(entry.number.e164), whom, entry.at, entry.until, str(entry.by or ""), entry.why]


def of_number(user, number):
    """The entries of a PhoneNumber that hold now and that a person may see."""
    return list(DoNotCall.objects.visible_to(user).holding().filter(number=number).select_related("account"))


@dataclass
class DryRun:
    """What a pasted list would do: E.164 texts that are new, that are on the list, and lines that are no number."""

    new: list = field(default_factory=list)
    known: list = field(default_factory=list)
    unreadable: list = field(default_factory=list)  # (line number, text, why)

    @property
    def numbers(self):
        return [*self.new, *self.known]

    @property
    def some_unreadable(self):
        return self.unreadable[:SHOWN]


def read(text, account):
    """The DryRun of a text with a number on each line (or first on it, before a comma), for a ClientAccount or None."""
    run, seen = DryRun(), {}
    for number, line in enumerate(text.splitlines(), start=1):
        first = line.replace(";", ",").replace("\t", ",").split(",")[0].strip().strip('"')
        if first and not (number == 1 and not any(char.isdigit() for char in first)):  # a heading
            _read_line(run, seen, number, first)
    held = DoNotCall.objects.holding(timezone.now()).filter(account=account, number__e164__in=list(seen))
    listed = set(held.values_list("number__e164", flat=True))
    run.new = [e164 for e164 in seen if e164 not in listed]
    run.known = [e164 for e164 in seen if e164 in listed]
    return run


def _read_line(run, seen, number, text):
    try:
        seen.setdefault(phones.parse(text).e164, number)
    except phones.PhoneProblem as problem:
        run.unreadable.append((number, text[:40], str(problem)))
