"""Finding customers: as somebody types, and page by page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Q, Value, When

from customers import phones
from customers.models import Customer
from integrations.text import clean

SHORTEST_DIGITS = 3  # fewer digits are in nearly every number
PAGE = 50
_NEXT = "\x1f"  # between name and id in a page's cursor: no name holds it


def search(user, text, limit=8):
    """At most `limit` visible customers for a name, an e-mail address or a number, or a part of one.

    A whole number is looked up by its index; names that begin with the text come first.
    """
    text = clean(text).strip()
    if not text:
        return []
    customers = Customer.objects.visible_to(user).select_related("phone", "location")
    exact = list(customers.filter(phone__e164=_as_e164(text))[:limit])
    return exact or list(_ranked(customers.filter(matching(text)), text)[:limit])


def matching(text):
    """The Q of customers whose name holds every word, or whose e-mail or number holds the text."""
    found = Q(email__icontains=text)
    named = Q()
    for word in text.split():
        named &= Q(name__icontains=word)
    digits = phones.digits_of(text)
    looks_like_a_number = not any(char.isalpha() for char in text) and len(digits) >= SHORTEST_DIGITS
    return found | named | (Q(phone__e164__contains=digits) if looks_like_a_number else Q(pk__in=()))


def _ranked(customers, text):
    begins = When(Q(name__istartswith=text) | Q(email__istartswith=text), then=Value(0))
    inside = When(name__icontains=f" {text}", then=Value(1))
    rank = Case(begins, inside, default=Value(2), output_field=IntegerField())
    return customers.annotate(rank=rank).order_by("rank", "name", "pk")


def _as_e164(text):
    try:
        return phones.parse(text).e164
    except phones.PhoneProblem:
        return ""


@dataclass(frozen=True)
class CustomerPage:
    """Rows of one page, the address of the first page ("" when this is it) and of the next ("" when there is none)."""

    rows: list
    says: str
    first: str
    next: str


def customer_page(user, text="", after=""):
    """Visible customers by name, 50 a page, as a keyset. `after` is the cursor out of a page's `next`."""
    customers = Customer.objects.visible_to(user).select_related("phone", "location")
    text = clean(text).strip()
    if text:
        customers = customers.filter(matching(text))
    name, _, pk = clean(after).partition(_NEXT)
    if pk.isascii() and pk.isdigit() and len(pk) <= 18:
        customers = customers.filter(Q(name__gt=name) | Q(name=name, pk__gt=int(pk)))
    rows = list(customers.order_by("name", "pk")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    following = f"?{urlencode({'after': f'{rows[-1].name}{_NEXT}{rows[-1].pk}'})}" if more and not text else ""
    says = f"The first {PAGE}: type more of the name" if more and text else f"{len(rows)} shown"
    return CustomerPage(rows, says, "?" if after else "", following)
