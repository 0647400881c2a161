"""Every page of a role: no accessibility fault, nothing the policy refuses, no sideways scroll, light to load."""

import re
from functools import cache

import brotli
import pytest
from django.urls import reverse

from integrations.models import Delivery
from tests.browser.conftest import DESKTOP, PHONE
from tests.config.test_page_weight import LIMIT, static_files, typeface, weight  # noqa: F401  (with its fonts)
from tests.conftest import signed_in
from tests.feedback.rated import ended_call, known_everywhere, save, unanswered_call
from tests.world import make_call

SUPERVISORS, ADMINS = ("supervisor", "admin"), ("admin",)
# The last is what WCAG 1.4.10 asks for; 760 and 1280 lie where the layout changes.
WIDTHS = (DESKTOP["width"], 1280, 760, PHONE["width"], 320)


@pytest.fixture
def pages(world):
    """`pages(role)` → the addresses that person can reach, over a world in which each has something to show."""
    saved = save(known_everywhere(world.agent, world.marta), quality=3.5, issues=["ECHO"], notes="Echo, then fine.")
    save(saved.call, quality=3, issues=["ECHO"])
    parked = Delivery.objects.filter(kind="plivo.call_feedback").order_by("-pk").first()
    Delivery.objects.filter(pk=parked.pk).update(state="parked", reason="Plivo does not know this call.")
    ended = ended_call(world.agent, world.jon)
    live = make_call(world.agent, world.jon, status="in_progress", connected_at=ended.connected_at)
    unsure = unanswered_call(world.agent, world.marta, status="uncertain", wrap_up_due_at=None, ended_at=None)
    by_ticket = ended_call(world.agent, None, number=None, ticket_id="71450", location=world.riverside)
    plivo = parked.connection_id

    everyone = [
        "/desk/",
        f"/desk/customers/{world.marta.pk}/",
        f"/desk/customers/{world.numberless.pk}/",
        "/customers/",
        "/customers/new/",
        reverse("customers:edit", args=[world.marta.pk]),
        *(f"/calls/{call.pk}/" for call in (saved.call, ended, live, unsure, by_ticket)),
        f"/calls/{by_ticket.pk}/customer/",
        f"/calls/{ended.pk}/wrap-up/",
        f"/calls/{saved.call_id}/wrap-up/?correct=1",
        f"/calls/{saved.call_id}/timeline/",
        "/calls/",
        "/calls/?status=completed&q=marta",
        "/wrap-ups/",
        "/profile/",
        "/profile/tokens/",
        "/api/v1/docs/",
        "/no-such-page/",
    ]
    more = {
        SUPERVISORS: ["/today/", "/deliveries/", "/deliveries/?state=parked"],
        ADMINS: ["/connections/", f"/connections/{plivo}/", "/hook-events/"],
    }
    return lambda role: everyone + [path for roles, paths in more.items() if role in roles for path in paths]


def visit(page, live, path):
    """Opens the page and waits for the fragments that load with it."""
    page.goto(live.url + path)
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def sideways(page, width):
    """Whether the page is wider than a window of this width."""
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("document.documentElement.scrollWidth") > width


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["agent", "admin"])
def test_no_page_breaks_the_policy_nor_scrolls_sideways(role, page, live, world, pages, sign_in, violations):
    sign_in(getattr(world, role))
    for path in pages(role):
        page.set_viewport_size(DESKTOP)
        visit(page, live, path)
        wide = [width for width in WIDTHS if sideways(page, width)]
        assert (path, wide, violations) == (path, [], [])


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme, size", [("light", PHONE), ("dark", DESKTOP)], ids=["light phone", "dark desktop"])
def test_no_page_has_an_accessibility_fault(theme, size, new_context, live, world, pages, sign_in, axe):
    context = new_context(bypass_csp=True, color_scheme=theme)
    page = context.new_page()
    page.set_viewport_size(size)
    sign_in(world.admin, context)
    for path in pages("admin"):
        visit(page, live, path)
        assert (path, axe(page)) == (path, [])


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["agent", "supervisor", "admin"])
def test_no_page_weighs_more_than_100_kilobytes_on_a_first_visit(role, world, pages):
    client = signed_in(getattr(world, role))
    for path in pages(role):
        html = client.get(path).content.decode()
        fragments = [client.get(at, HTTP_HX_REQUEST="true").content for at in loaded_at_once(html)]
        size = sum(len(brotli.compress(text)) for text in [html.encode(), *fragments])
        assert (path, size + sum(map(weighed, static_files(html)))) < (path, LIMIT)


@cache
def weighed(name):
    return weight(name)


def loaded_at_once(html):
    """The fragments a page asks for as it loads."""
    return re.findall(r'hx-get="([^"]+)" hx-trigger="load', html)
