"""A supervisor's morning in a real browser: figures, the list, one call's whole story, a colleague's wrap-up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Rating
from integrations.models import Delivery
from tests.browser.steps import dial, enter, hear, leg, press
from tests.feedback.rated import ended_call, save, unanswered_call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agents_page(new_context, live, world, sign_in):
    """The agent's own browser."""
    context = new_context()
    sign_in(world.agent, context)
    return context.new_page()


def wrapped_up_call(page, live, customer, sandbox, beat, *keys):
    """A whole call of the agent, from Enter to the saved wrap-up."""
    call = dial(page, live, customer)
    sandbox.play(6)
    hear(page, "Connected", beat)
    sandbox.play(60)
    hear(page, "Call ended", beat)
    page.locator("#id_outcome:focus").wait_for()
    press(page, *keys)
    page.get_by_role("heading", name="Reached").wait_for()
    return call


def tile(page, label):
    return page.locator(".tile").filter(has=page.get_by_role("heading", name=label, exact=True)).locator(".figure")


def test_the_figures_count_the_agents_call_within_five_seconds(
    page, agents_page, live, world, sandbox, beat, violations, looks
):
    page.clock.install()
    enter(page, live, world.supervisor)
    page.get_by_role("heading", name="Overview", exact=True).wait_for()
    page.clock.pause_at(timezone.now() + timedelta(seconds=1))  # from here on its seconds pass when we say so
    assert tile(page, "Calls").inner_text() == "0"
    wrapped_up_call(agents_page, live, world.jon, sandbox, beat, "1", "y", "5", "Enter")
    beat()
    page.clock.fast_forward(5_000)
    tile(page, "Calls").get_by_text("1", exact=True).wait_for()
    assert tile(page, "Right person").inner_text().replace("\n", "") == "100.0%"
    assert tile(page, "Call quality").inner_text().startswith("5")
    looks("supervisor-1-overview")
    assert violations == []


def test_the_list_is_filtered_in_the_address_and_a_call_tells_its_whole_story(
    page, agents_page, live, world, sandbox, beat, sign_in, violations, looks
):
    save(unanswered_call(world.agent, world.marta), outcome="no_answer", right_party=None, quality=None)
    sandbox.fault("plivo", kind="status", status=503)
    wrapped_up_call(agents_page, live, world.jon, sandbox, beat, "1", "y", "5", "Enter")
    beat()
    leg(agents_page, "Plivo").get_by_text("Next try").wait_for()
    Delivery.objects.filter(kind="plivo.call_feedback").update(not_before=timezone.now())
    beat()

    sign_in(world.supervisor)
    page.goto(f"{live.url}/calls/")
    rows = page.locator("#call-list tbody tr")
    assert rows.count() == 2
    page.get_by_label("Status").select_option(label="Call ended")
    page.wait_for_url("**status=completed**")
    page.get_by_role("link", name="Remove filter Call ended").wait_for()
    assert rows.count() == 1
    looks("supervisor-2-calls")
    page.reload()
    assert rows.count() == 1
    rows.get_by_role("link", name="Jon Bell").click()

    story = page.get_by_role("region", name="What happened")
    story.get_by_text("Plivo, try 2").wait_for()
    told = story.inner_text()
    asked_to_delivered = [
        "Asked CCAI to call",
        "“connected”",
        "“finished”",
        "Plivo: Normal Hangup",
        "Wrap-up saved",
        "Plivo, try 1",
        "Plivo, try 2",
    ]
    assert [words for words in asked_to_delivered if words not in told] == []
    looks("supervisor-3-story")
    page.goto(f"{live.url}/calls/")
    page.get_by_role("link", name="Jon Bell").wait_for()
    assert violations == []


def test_a_colleagues_wrap_up_is_finished_with_a_reason(page, live, world, sign_in, violations, looks):
    abandoned = timezone.now() - timedelta(minutes=2)
    call = ended_call(world.agent, world.jon, wrap_up_due_at=abandoned, timed_out_at=abandoned)
    sign_in(world.supervisor)
    page.goto(f"{live.url}/overview/")
    page.get_by_role("link", name="1 unfinished wrap-up").click()
    looks("supervisor-4-unfinished")
    # By the keyboard: what comes a moment later than the page moves a link away under the mouse.
    page.get_by_role("link", name="Finish Jon Bell").press("Enter")
    page.locator("#id_outcome input").first.focus()
    press(page, "1", "y", "5", "Enter")
    reason = page.get_by_label("Why do you finish a colleague's wrap-up?")
    assert reason.evaluate("field => field === document.activeElement")
    assert not Rating.objects.exists()
    reason.fill("Ada went home ill.")
    looks("supervisor-5-finishing")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("by Sam Supervisor").first.wait_for()
    page.goto(f"{live.url}/calls/{call.pk}/")
    page.get_by_role("region", name="What happened").get_by_text("Ada went home ill.").wait_for()
    assert Rating.objects.get(call=call).saved_by == world.supervisor
    assert violations == []


def test_another_locations_supervisor_finds_nothing_of_it(page, live, world, sign_in):
    call = ended_call(world.agent, world.jon)
    sign_in(world.elsewhere)
    page.goto(f"{live.url}/calls/")
    assert page.get_by_text("Jon Bell").count() == 0
    assert page.goto(f"{live.url}/calls/{call.pk}/").status == 404
