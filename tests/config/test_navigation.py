"""The navigation leads everybody to the pages of their role, and to no other."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def links(client):
    page = client.get(reverse("accounts:profile")).content.decode()
    nav = page[page.index('<nav aria-label="Main">') : page.index("</nav>")]
    return set(re.findall(r'href="([^"]+)"', nav)) - {reverse("accounts:profile")}


FOR_AGENTS = {"/desk/", "/callbacks/", "/calls/", "/cases/", "/requests/", "/customers/"}
FOR_SUPERVISORS = FOR_AGENTS | {"/overview/", "/reviews/", "/feedback/", "/deliveries/", "/do-not-call/", "/alerts/"}
FOR_SUPERVISORS |= {"/coaching/", "/reports/"}
FOR_AGENTS |= {"/my-numbers/"}
FOR_ADMINS = FOR_SUPERVISORS | {"/connections/", "/history/", "/styleguide/", "/surveys/", "/syncs/", "/users/"}
FOR_ADMINS |= {"/locations/", "/client-accounts/", "/conflicts/", "/calling-rules/", "/truth/", "/imports/"}


@pytest.mark.parametrize(
    ("who", "expected"),
    [("as_agent", FOR_AGENTS), ("as_supervisor", FOR_SUPERVISORS), ("as_admin", FOR_ADMINS)],
)
def test_each_role_finds_its_pages_and_they_open(request, who, expected):
    client = request.getfixturevalue(who)
    assert links(client) == expected
    assert {client.get(address).status_code for address in expected} == {200}


def test_the_page_one_is_on_is_marked_and_no_other(as_admin):
    page = as_admin.get("/deliveries/").content.decode()
    nav = page[page.index('<nav aria-label="Main">') : page.index('<details class="more">')]
    assert re.findall(r'href="([^"]+)" aria-current="page"', nav) == ["/deliveries/"]
