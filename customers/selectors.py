"""Finding customers: as somebody types, and page by page."""

from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, Value, When

from customers import health, hours, paging, phones, standing
from customers.choices import At
from customers.models import ClientAccount, Conflict, Customer, Location, PhoneNumber
from integrations.text import clean

SHORTEST_DIGITS = 3  # fewer digits are in nearly every number
PAGE = 50
NUMBERS = KEYS = 500  # that hold what was typed
CONFLICTS = 100  # at once on the page; the rest come up when these are settled


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
    found = Q()
    for one in _conditions(text):
        found |= one
    return found


def found_first(text):
    """The same by their keys where they are not too many: of one column an index tells them, of several at once every
    customer is looked at. Some more queries, which pay where few rows of very many are wanted in order."""
    found = Q()
    for one in _conditions(text):
        keys = list(Customer.objects.filter(one).order_by().values_list("pk", flat=True)[: KEYS + 1])
        found |= Q(pk__in=keys) if len(keys) <= KEYS else one
    return found


def _conditions(text):
    named = Q()
    for word in text.split():
        named &= Q(name__icontains=word)
    digits = phones.digits_of(text)
    looks_like_a_number = not any(char.isalpha() for char in text) and len(digits) >= SHORTEST_DIGITS
    return [Q(email__icontains=text), named, *([_of_number(digits)] if looks_like_a_number else [])]


def _of_number(digits):
    """Customers whose number holds the digits. Numbers are looked up first where they are not too many: beside a
    condition on another table no index of names is used."""
    numbers = PhoneNumber.objects.filter(e164__contains=digits).order_by().values_list("pk", flat=True)
    found = list(numbers[: NUMBERS + 1])
    return Q(phone__in=found) if len(found) <= NUMBERS else Q(phone__e164__contains=digits)


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
    """Visible customers by name, 50 a page, each with where it stands, its `ruling` and the `health` of its number.

    `after` is the cursor out of a page's `next`.
    """
    customers = Customer.objects.visible_to(user).select_related("phone", "location")
    text = clean(text).strip()
    if text:
        customers = customers.filter(found_first(text))
    page = paging.by_name(customers, after, PAGE)
    following = "" if text else paging.address_of(page.next)
    says = f"The first {PAGE}: type more of the name" if page.next and text else page.says
    rows = hours.Book().mark(standing.of_rows(page.rows))
    for row in rows:
        row.health = health.of(row.phone, row) if row.phone else None
    return CustomerPage(rows, says, "?" if after else "", following)


_BY_AT = {
    At.THERE: Q(vendor_id__isnull=False, gone_at=None),
    At.HERE: Q(vendor_id=None),
    At.GONE: Q(gone_at__isnull=False),
}


def location_page(filters, after=""):
    """Locations that pass a LocationFilters, by name, each with its account and where it stands: a NamePage."""
    locations = Location.objects.select_related("account")
    for name, value in filters.chosen().items():
        locations = locations.filter(_LOCATIONS_BY[name](value))
    page = paging.by_name(locations, after)
    standing.of_rows(page.rows)
    return page


def _location_words(text):
    text = clean(text)
    return Q(name__icontains=text) | Q(address_line_2__icontains=text) | Q(postal_code__istartswith=text)


_LOCATIONS_BY = {
    "q": _location_words,
    "account": lambda account: Q(account=account),
    "active": lambda word: Q(is_active=word == "yes"),
    "at": lambda at: _BY_AT[At(at)],
}


def account_page(after=""):
    """Client accounts by name with how many active locations of ours, each with where it stands: a NamePage."""
    active = Count("locations", filter=Q(locations__is_active=True, locations__gone_at=None))
    page = paging.by_name(ClientAccount.objects.annotate(our_locations=active), after)
    for account in page.rows:
        account.locations_used = max(account.active_locations or 0, account.our_locations)
    standing.of_rows(page.rows)
    return page


def open_conflicts():
    """What was changed on both sides and nobody has decided, the newest first."""
    related = Conflict.objects.select_related("location", "customer", "account", "ours_by")
    return list(related.filter(resolved_at=None)[:CONFLICTS])


def locations_of(account):
    """The account's locations, the active ones first, with who belongs to them."""
    return list(account.locations.prefetch_related("members").order_by("-is_active", "name", "pk")[:PAGE])
