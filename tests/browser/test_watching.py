"""A supervisor sets a threshold, sees it crossed, and reviews a call; the agent reads it and answers. What hangs on
the wall, and what follows by itself."""

import re

import pytest
from django.utils import timezone

from feedback.alerts import check
from feedback.choices import Issue
from feedback.coaching import pick
from feedback.models import Alert, CoachingPick, IssueTally, Rating
from feedback.scope import zone_of
from feedback.walls import services as walls
from integrations.models import Connection
from tests.browser.test_every_page import WIDTHS, sideways
from tests.feedback.rated import ended_call, save

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_threshold_is_set_and_its_alert_stands_on_the_overview(page, live, world, sign_in, axe, violations, looks):
    for _ in range(10):
        save(ended_call(world.agent, world.marta), quality=2, issues=["ECHO"])
    sign_in(world.supervisor)
    page.goto(f"{live.url}/alerts/")
    page.get_by_role("link", name="New threshold").click()
    page.get_by_label("Figure").select_option(label="Call quality (of 5)")
    page.get_by_label("Where").select_option(label="Riverside")
    page.get_by_label("This value").fill("0.5")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Call quality can never be below 0.5").first.wait_for()
    page.get_by_label("This value").fill("3.5")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Call quality, Riverside: below 3.5 of 5 in the last 7 days", exact=True).wait_for()
    check.check()
    page.goto(f"{live.url}/overview/")
    page.get_by_role("link", name="Call quality, Riverside: 2.00 of 5, below 3.5 of 5").click()
    page.get_by_role("heading", name="Call quality, Riverside").wait_for()
    page.locator(".unread-alerts", has_text="1").first.wait_for()
    looks("watching-1-alert")
    page.get_by_role("link", name="Open the number").click()
    page.get_by_role("heading", name="Call quality").first.wait_for()
    assert (axe(), violations, Alert.objects.count()) == ([], [], 1)


def test_a_picked_call_is_reviewed_read_and_answered(page, new_context, live, world, sign_in, axe, violations, looks):
    for customer in (world.marta, world.jon):
        save(ended_call(world.agent, customer), quality=2, issues=["ECHO"])
    first, _ = (
        CoachingPick.objects.create(
            call=call, week=pick.monday(call.ended_at.date()), location=world.riverside, agent=world.agent, why="worst"
        )
        for call in world.agent.calls.order_by("-pk")
    )
    sign_in(world.supervisor)
    page.goto(f"{live.url}/coaching/")
    page.get_by_role("link", name=re.compile("call with Jon Bell")).click()
    page.get_by_text("2, much to work on").click()
    page.locator("#id_weak").get_by_text("Listening").click()
    page.get_by_role("button", name="Save and take next").click()
    page.get_by_text("Below 3, write a note").first.wait_for()
    page.get_by_label("Note to the agent").fill("Let him finish.")
    looks("watching-2-review")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: f"/{first.pk}/" not in url)
    page.get_by_role("heading", name="Call of Ada Agent").wait_for()
    assert (axe(), violations) == ([], [])

    context = new_context()
    sign_in(world.agent, context)
    hers = context.new_page()
    hers.goto(f"{live.url}/desk/")
    hers.locator(".unread-reviewed", has_text="1").first.wait_for()
    hers.get_by_role("link", name="My numbers").click()
    hers.get_by_role("link", name="Call with Jon Bell").click()
    hers.get_by_text("Let him finish.").wait_for()
    hers.get_by_label("Your answer").fill("He hung up first.")
    hers.get_by_role("button", name="I have read it").click()
    hers.get_by_text("Answered", exact=True).wait_for()
    first.refresh_from_db()
    assert (first.score, first.weak, first.answer) == (2, ["listening"], "He hung up first.")


def test_the_board_follows_the_last_change_also_when_it_came_while_somebody_read(
    page, live, world, sign_in, violations
):
    rating = save(ended_call(world.agent, world.marta), quality=3, issues=["ECHO"])
    sign_in(world.supervisor)
    page.clock.install()
    page.goto(f"{live.url}/overview/")
    issues = page.locator("table.pareto")
    issues.get_by_text("Echo").wait_for()

    def change(issue):
        seen = page.locator("#now").get_attribute("hx-get")
        Rating.objects.filter(pk=rating.pk).update(issues=[issue])
        page.clock.run_for(5_000)
        page.wait_for_function("seen => document.querySelector('#now').getAttribute('hx-get') !== seen", arg=seen)

    change("AUDIO_LAG")
    issues.get_by_text("Delay").wait_for()
    page.get_by_text("Show as a table").first.click()
    change("ROBOTIC_AUDIO")
    assert issues.get_by_text("Delay").is_visible()  # not swapped under who reads
    page.get_by_text("Show as a table").first.click()
    page.get_by_role("heading", name="Overview").click()
    page.clock.run_for(21_000)  # the board rests a while between two askings
    issues.get_by_text("Robotic voice").wait_for(timeout=10_000)
    assert violations == []


def test_the_issues_of_thousands_of_calls_fit_a_phone(page, live, world, sign_in):
    there = zone_of(world.riverside.time_zone)
    many = {"day": timezone.localdate(timezone=there), "location": world.riverside, "calls": 12_345}
    answered = {"nps_answers": 12_345, "detractors": 12_345, "star_answers": 12_345, "satisfied": 12_345}
    IssueTally.objects.bulk_create(IssueTally(issue=issue, **many, **answered) for issue in Issue)
    sign_in(world.supervisor)
    page.goto(f"{live.url}/overview/")
    page.locator("table.pareto", has_text="12,345").wait_for()
    assert [width for width in WIDTHS if sideways(page, width)] == []


def test_a_wall_screen_has_no_accessibility_fault_and_fits_every_screen(page, live, world, sign_in, axe, violations):
    for quality in (5, 2, 3):
        save(ended_call(world.agent, world.marta), quality=quality, issues=["ECHO"] if quality < 5 else [])
    Connection.objects.filter(vendor="feedbackapi").update(paused_at=timezone.now(), paused_why="Token refused.")
    _, secret = walls.issue(world.supervisor, "By the window", period="7")
    page.goto(f"{live.url}/wall/{secret}/")
    page.get_by_role("heading", name="Harbor, Riverside").wait_for()
    assert [width for width in (*WIDTHS, 1920) if sideways(page, width)] == []
    assert (axe(), violations) == ([], [])
