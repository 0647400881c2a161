"""The pages that are measured: for whom, and at which addresses of a world."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from accounts.models import User
from calls.models import Call
from feedback.explorer.filters import CallFilters
from feedback.models import Feedback, Review
from tests.benchmarks.kept_worlds import UNTIL

SAMPLES = 8  # calls, customers and the like that a page is opened of, in turn
DEEP = datetime.fromisoformat(UNTIL) - timedelta(days=200)
ADMIN_PAGE = 100  # rows of a page of Django's admin


@dataclass
class Page:
    """A page by its name, the Client of who looks, and the addresses it is opened at in turn.

    every   it is opened in each so many-th round: what a table shows one by one in each, the rest more seldom
    posted  what is posted to it; it is only asked for without
    """

    name: str
    client: Client
    addresses: list
    htmx: bool = False
    every: int = 6
    posted: dict | None = None

    def open(self, number, clock=time.perf_counter):
        """Milliseconds of the server for one of its addresses, by `clock`."""
        address = self.addresses[number % len(self.addresses)]
        more = {"headers": {"HX-Request": "true"}} if self.htmx else {}
        begin = clock()
        answer = self.client.post(address, self.posted, **more) if self.posted else self.client.get(address, **more)
        body = answer.getvalue() if answer.streaming else answer.content
        milliseconds = (clock() - begin) * 1000
        if answer.status_code not in (200, 204, 286) or body is None:
            raise RuntimeError(f"{self.name} at {address} answered {answer.status_code}.")
        return milliseconds


def pages():
    """All of them."""
    watcher = _client(User.objects.filter(role="supervisor", sees_all_locations=True).first())
    some = _client(User.objects.filter(role="supervisor", sees_all_locations=False).order_by("pk")[1])
    agent = _client(User.objects.filter(role="agent").first())
    return [
        *_home(watcher),
        *_explorer(watcher),
        *_of_one(watcher),
        *_lists(watcher),
        *_fragments(watcher),
        *_others(some, agent),
        *_admin(),
    ]


def _client(user):
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def _home(client):
    base = reverse("feedback:overview")
    for period in ("today", "7", "90"):
        yield Page(f"overview, {period}", client, [f"{base}?period={period}"], every=1)
    yield Page("overview: followed", client, [f"{reverse('feedback:overview_now')}?period=today"], htmx=True)
    yield Page("overview: numbers", client, [f"{reverse('feedback:numbers')}?period=30"])
    yield Page("overview: agents", client, [f"{reverse('feedback:overview_table', args=['agents'])}?period=30"])
    yield Page("overview: rows", client, [f"{reverse('feedback:number_rows', args=['detractors'])}?period=30"])


def _explorer(client):
    """The list of calls without a filter and with each one, on its first page, deep in it, and on its last."""
    base = reverse("feedback:calls")
    for name, query in {"": {}, **_filters()}.items():
        title = f"calls {name}".strip()
        for where, cursor in (("first", {}), ("deep", {"cursor": _deep()}), ("last", {"cursor": "last"})):
            address = f"{base}?{urlencode(query | cursor)}"
            yield Page(f"{title}, {where} page", client, [address], every=2 if query else 1)


def _deep():
    return f"o~{DEEP.isoformat()}~1"


def _filters():
    """{filter: {name: a value that finds something}} of each single filter."""
    call = Call.objects.exclude(customer=None).exclude(rating=None).order_by("-pk").select_related("customer")[10]
    values = {
        "q": call.customer.name.split()[0],
        "period": "30",
        "from": "2025-10-01",
        "to": "2025-10-31",
        "location": call.location_id,
        "agent": call.agent_id,
        "customer": call.customer_id,
        "account": call.location.account_id,
        "quality_from": "4.5",
        "quality_to": "2",
        "topic": "Invoice",
        "notes": "neighbour",
        "counted": "right_party",
        "order": "began",
    }
    fields = CallFilters({}, user=User.objects.filter(sees_all_locations=True).first()).fields
    for name, field in fields.items():
        if name not in values:
            values[name] = next(value for value, _ in field.choices if value)
    return {name: {name: values[name]} for name in fields}


def _of_one(client):
    calls = list(Call.objects.exclude(rating=None).exclude(customer=None).order_by("-pk")[5 : 5 + 40 * SAMPLES : 40])
    calls = calls or list(Call.objects.exclude(rating=None).exclude(customer=None)[:SAMPLES])
    for title, name in (
        ("call", "calls:detail"),
        ("call: timeline", "feedback:timeline"),
        ("call: wrap-up", "feedback:wrap_up"),
        ("call: deliveries", "feedback:legs"),
        ("call: answers", "feedback:call_answers"),
    ):
        yield _part(title, client, [reverse(name, args=[call.pk]) for call in calls])
    people = [call.customer_id for call in calls]
    for title, name in (
        ("customer", "customers:edit"),
        ("customer: timeline", "feedback:customer_timeline"),
        ("customer: history", "feedback:customer_history"),
        ("customer: requests", "feedback:customer_requests"),
        ("customer: desk", "calls:customer_desk"),
    ):
        yield _part(title, client, [reverse(name, args=[pk]) for pk in people])
    yield Page("review", client, _each("feedback:review", Review))
    yield Page("answer", client, _each("feedback:answer", Feedback))


def _part(title, client, addresses):
    """A page, or what stands in it and is asked for by itself: "call: timeline"."""
    return Page(title, client, addresses, htmx=":" in title, every=6 if ":" in title else 1)


def _each(name, model):
    return [reverse(name, args=[pk]) for pk in model.objects.order_by("-pk").values_list("pk", flat=True)[:SAMPLES]]


def _lists(client):
    for name in ("reviews", "answers", "requests", "deliveries"):
        base = reverse(f"feedback:{name}")
        for where, query in (("first", ""), ("deep", f"?{urlencode({'cursor': _deep()})}"), ("last", "?cursor=last")):
            yield Page(f"{name}, {where} page", client, [base + query], every=1 if name == "reviews" else 6)
    yield Page("customers", client, [reverse("customers:list")])
    yield Page("customers, searched", client, [reverse("customers:list")], posted={"q": "Talia Zh"})
    yield Page("desk: search", client, [reverse("calls:search")], htmx=True, posted={"who": "talia zh"})
    yield Page("callbacks", client, [reverse("calls:callbacks")])
    yield Page("wrap-ups", client, [reverse("feedback:tray")])
    yield Page("voicemails", client, [reverse("calls:voicemails")])
    yield Page("do not call", client, [reverse("customers:do_not_call")])
    yield Page("desk", client, [reverse("calls:desk")])
    for name in ("cases", "alerts", "coaching", "gating"):
        yield Page(name, client, [reverse(f"feedback:{name}")])


def _fragments(client):
    for title, name in (
        ("nav: unread", "feedback:unread"),
        ("nav: callbacks due", "calls:due_count"),
        ("tray", "feedback:tray"),
        ("nav: cases", "feedback:cases_count"),
        ("nav: alerts", "feedback:alert_banner"),
    ):
        yield Page(title, client, [reverse(name)], htmx=True)


def _others(some, agent):
    for who, client in (("supervisor of some", some), ("agent", agent)):
        for where, query in (("first", ""), ("deep", f"?{urlencode({'cursor': _deep()})}"), ("last", "?cursor=last")):
            yield Page(f"{who}: calls, {where} page", client, [reverse("feedback:calls") + query])
        yield Page(f"{who}: requests", client, [reverse("feedback:requests")])
        yield Page(f"{who}: customers", client, [reverse("customers:list")])
        yield Page(f"{who}: desk", client, [reverse("calls:desk")])
        yield Page(f"{who}: callbacks", client, [reverse("calls:callbacks")])
        yield Page(f"{who}: wrap-ups", client, [reverse("feedback:tray")])
        yield Page(f"{who}: tray", client, [reverse("feedback:tray")], htmx=True)
        yield Page(f"{who}: nav: callbacks due", client, [reverse("calls:due_count")], htmx=True)
    for name in ("reviews", "answers", "deliveries"):
        yield Page(f"supervisor of some: {name}", some, [reverse(f"feedback:{name}")])
    yield Page("supervisor of some: overview, 7", some, [reverse("feedback:overview")])
    yield Page("supervisor of some: nav: unread", some, [reverse("feedback:unread")], htmx=True)


def _admin():
    """Django's own list of the same table."""
    root = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser(
        "root@world.example", None, name="Root"
    )
    base, client = reverse("admin:calls_call_changelist"), _client(root)
    last = -(-Call.objects.count() // ADMIN_PAGE)
    yield Page("admin’s calls, first page", client, [base], every=1)
    yield Page("admin’s calls, last page", client, [f"{base}?p={last}"], every=6)  # many seconds
