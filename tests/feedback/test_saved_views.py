"""Filters of the list of calls under a name: for oneself or for everybody, and never more than the reader may see."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from feedback.explorer import saved
from feedback.models import SavedView
from tests.feedback.rated import CANARY, ended_call, unanswered_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]
CALLS, NEW, VIEWS = reverse("feedback:calls"), reverse("feedback:saved_view_new"), reverse("feedback:saved_views")


@pytest.fixture
def calls(world):
    ended_call(world.agent, world.marta)
    unanswered_call(world.colleague, world.jon)
    unanswered_call(world.elsewhere, world.oskar)


def keep(owner, name="Missed", query="status=no_answer", **fields):
    return SavedView.objects.create(owner=owner, name=name, query=query, **fields)


def at(view):
    return reverse("feedback:saved_view", args=[view.pk])


def opened(client, view):
    """The list one arrives at."""
    return client.get(at(view), follow=True)


def names(answer):
    shown = answer.content.decode()
    return {name for name in ("Marta", "Jon", "Oskar") if f'">{name}' in shown}


def test_the_list_offers_to_keep_its_filters_and_opens_them_again_by_an_address(calls, as_supervisor, world):
    assert f"{NEW}?status=no_answer" in as_supervisor.get(CALLS, {"status": "no_answer"}).content.decode()
    assert "No answer" in as_supervisor.get(f"{NEW}?status=no_answer").content.decode()
    answer = as_supervisor.post(f"{NEW}?status=no_answer", {"name": "Missed"})
    view = SavedView.objects.get()
    assert (answer["Location"], view.query, view.is_shared) == (f"{CALLS}?status=no_answer", "status=no_answer", False)
    assert names(opened(as_supervisor, view)) == {"Jon"}
    assert f'href="{at(view)}" aria-current="page"' in opened(as_supervisor, view).content.decode()
    plain = as_supervisor.get(CALLS).content.decode()
    assert f'href="{at(view)}"' in plain and f'href="{at(view)}" aria-current' not in plain


def test_a_private_one_is_for_nobody_else(calls, world, as_supervisor, as_admin):
    view = keep(world.agent)
    for name in ("saved_view", "saved_view_edit", "saved_view_remove"):
        for client in (as_supervisor, as_admin):
            assert client.get(reverse(f"feedback:{name}", args=[view.pk])).status_code == 404
    for page in (CALLS, VIEWS):
        assert at(view) not in as_admin.get(page).content.decode()


def test_a_shared_one_is_everybodys_and_shows_each_their_own_calls(calls, world, request):
    view = keep(world.admin, is_shared=True)
    for who, seen in (
        ("as_admin", {"Jon", "Oskar"}),
        ("as_supervisor", {"Jon"}),
        ("as_elsewhere", {"Oskar"}),
        ("as_colleague", {"Jon"}),
        ("as_agent", set()),
        ("as_stranger", set()),
    ):
        client = request.getfixturevalue(who)
        assert names(opened(client, view)) == seen
        assert at(view) in client.get(CALLS).content.decode() and at(view) in client.get(VIEWS).content.decode()


def test_what_the_reader_may_not_see_is_left_out_and_said_and_kept_for_its_owner(calls, world, as_supervisor, as_agent):
    query = f"location={world.oak_street.pk}&agent={world.elsewhere.pk}"
    view = keep(world.admin, query=query, is_shared=True)
    shown = opened(as_supervisor, view)
    assert "not yours to see: Location, Agent." in shown.content.decode()
    assert "Oak Street" not in shown.content.decode() and "Oskar" not in shown.content.decode()
    assert "not yours to see: Location, Agent." in opened(as_agent, view).content.decode()
    view.refresh_from_db()
    assert view.query == query


def test_a_filter_that_means_nothing_any_more_is_said_and_kept(calls, world, as_supervisor):
    view = keep(world.supervisor, query="status=melted&mood=sour&rated=no")
    shown = opened(as_supervisor, view).content.decode()
    assert "means nothing here (any more)" in shown and "Status “melted”, mood “sour”" in shown
    settings = reverse("feedback:saved_view_edit", args=[view.pk])
    assert "Status “melted”" in as_supervisor.get(settings).content.decode()
    as_supervisor.post(settings, {"name": "Another name"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Another name", "status=melted&mood=sour&rated=no")
    assert "means nothing" not in as_supervisor.get(CALLS, {"status": "", "cursor": "o~x"}).content.decode()


def test_the_last_seven_days_are_those_of_the_day_it_is_opened(world, as_supervisor):
    as_supervisor.post(f"{NEW}?period=7", {"name": "This week"})
    view = SavedView.objects.get()
    call = ended_call(world.agent, world.marta)
    assert view.query == "period=7" and names(opened(as_supervisor, view)) == {"Marta"}
    type(call).objects.update(ended_at=timezone.now() - timedelta(days=8))
    assert names(opened(as_supervisor, view)) == set()


def test_it_is_renamed_shared_and_taken_back(world, as_agent, as_supervisor):
    view = keep(world.agent)
    settings = reverse("feedback:saved_view_edit", args=[view.pk])
    assert as_agent.post(settings, {"name": "Nobody there", "is_shared": "on"})["Location"] == VIEWS
    assert "Nobody there" in as_supervisor.get(CALLS).content.decode()
    assert as_supervisor.get(settings).status_code == 404, "shared is not handed over"
    as_agent.post(settings, {"name": "Nobody there"})
    assert as_supervisor.get(at(view)).status_code == 404
    assert list(AuditEntry.objects.order_by("pk").values_list("deed", flat=True)) == [
        "shared a view",
        "unshared a view",
    ]


def test_an_admin_puts_right_what_is_shared(world, as_admin):
    view = keep(world.agent, is_shared=True)
    as_admin.post(reverse("feedback:saved_view_edit", args=[view.pk]), {"name": "Missed calls", "is_shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.owner) == ("Missed calls", world.agent)


def test_removing_asks_first_and_leaves_the_calls(calls, world, as_supervisor):
    view = keep(world.supervisor, is_shared=True)
    remove = reverse("feedback:saved_view_remove", args=[view.pk])
    assert "Remove" in as_supervisor.get(remove).content.decode() and SavedView.objects.exists()
    assert as_supervisor.post(remove)["Location"] == VIEWS
    assert as_supervisor.get(at(view)).status_code == 404 and names(as_supervisor.get(CALLS)) == {"Marta", "Jon"}
    assert AuditEntry.objects.get().deed == "removed a shared view"


def test_a_name_of_ones_own_is_taken_until_one_says_it_may_give_way(world, as_supervisor):
    keep(world.agent), keep(world.supervisor)
    taken = as_supervisor.post(f"{NEW}?rated=no", {"name": "Missed"})
    assert taken.status_code == 422 and 'name="replace"' in taken.content.decode()
    assert 'value="Missed"' in taken.content.decode()
    as_supervisor.post(f"{NEW}?rated=no", {"name": "Missed", "replace": "1"})
    assert SavedView.objects.get(owner=world.supervisor).query == "rated=no"
    assert SavedView.objects.get(owner=world.agent).query == "status=no_answer"


def test_another_views_name_is_refused_when_renaming(world, as_supervisor):
    keep(world.supervisor)
    view = keep(world.supervisor, name="Old")
    answer = as_supervisor.post(reverse("feedback:saved_view_edit", args=[view.pk]), {"name": "Missed"})
    assert answer.status_code == 422 and "another view of this name" in answer.content.decode()


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b"])
def test_a_name_that_is_none_gets_a_sentence(as_agent, name):
    answer = as_agent.post(f"{NEW}?rated=no", {"name": name, "is_shared": "on"})
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["name"]
    assert "checked" in answer.content.decode() and not SavedView.objects.exists()


def test_there_is_an_end_to_how_many_a_person_keeps(world, as_agent, monkeypatch):
    monkeypatch.setattr(saved, "MOST_OWN", 1)
    keep(world.agent)
    answer = as_agent.post(f"{NEW}?rated=no", {"name": "One more"})
    assert answer.status_code == 422 and "Remove one" in answer.content.decode()


def test_names_are_text(world, as_agent):
    view = keep(world.agent, name=CANARY, query="q=%3Cscript%3Ealert('canary')%3C/script%3E&x%3Cscript=1")
    pages = (CALLS, VIEWS, at(view), *(reverse(f"feedback:saved_view_{n}", args=[view.pk]) for n in ("edit", "remove")))
    for page in pages:
        assert "<script>alert" not in as_agent.get(page, follow=True).content.decode()


def test_whose_customer_it_is_of_stays_unsaid_to_who_may_not_see_them(world, as_admin, as_elsewhere):
    view = keep(world.elsewhere, name="One person", query=f"customer={world.marta.pk}", is_shared=True)
    assert "Marta" not in opened(as_elsewhere, view).content.decode()
    settings = reverse("feedback:saved_view_edit", args=[view.pk])
    assert "Marta" not in as_elsewhere.get(settings).content.decode()
    assert "Marta Oliveira" in as_admin.get(settings).content.decode()


def test_a_change_of_filters_says_anew_which_view_is_open(world, as_agent):
    view = keep(world.agent)
    part = as_agent.get(CALLS, {"status": "no_answer"}, HTTP_HX_REQUEST="true").content.decode()
    assert 'id="saved-views" aria-label="Saved views" hx-swap-oob="true"' in part
    assert f'href="{at(view)}" aria-current="page"' in part


@pytest.mark.parametrize("rows", [1, 30])
def test_one_view_or_thirty_cost_the_same(world, as_supervisor, rows, django_assert_num_queries):
    for n in range(rows):
        keep(world.supervisor, name=f"View {n:02}", is_shared=True)
    with django_assert_num_queries(3):  # session, user, views
        as_supervisor.get(VIEWS)
    shown = as_supervisor.get(CALLS).content.decode()
    assert shown.count('<a class="chip"') == min(rows, saved.SHOWN) and ("All views" in shown) == (rows > saved.SHOWN)
