"""Every page of a role: no accessibility fault, nothing the policy refuses, no sideways scroll, light to load."""

import io
import re
from datetime import timedelta
from functools import cache

import brotli
import pytest
from django.urls import reverse
from django.utils import timezone

from calls.models import RetryPlan
from customers.imports import receiving, work
from customers.models import CallingRule, Conflict, Location, ReviewProfile
from customers.services import add_do_not_call, invitations, save_location, vendor_users
from feedback import keypad
from feedback.cases import keeping
from feedback.coaching.pick import monday
from feedback.models import (
    Alert,
    AlertRule,
    Case,
    CaseCall,
    CaseRule,
    CoachingPick,
    ReplyTemplate,
    RequestBatch,
    SavedView,
    SurveyRule,
)
from feedback.reports import sending
from integrations.choices import SyncState
from integrations.models import Delivery, SyncProblem, SyncRun
from integrations.sync import vanished
from tests.browser.conftest import DESKTOP, PHONE
from tests.config.test_page_weight import LIMIT, static_files, typeface, weight  # noqa: F401  (with its fonts)
from tests.conftest import signed_in
from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.asked import TEMPLATE, ask, surveys_work
from tests.feedback.cased import at_hour, case_of, low_review, resolved
from tests.feedback.rated import ended_call, known_everywhere, save, unanswered_call
from tests.world import connection, make_call, make_callback, make_template

ALL, EVEN, ODD = slice(None), slice(0, None, 2), slice(1, None, 2)  # halves: two processes share the longest walks
ROLES = ("agent", "supervisor", "admin")
AGENTS, SUPERVISORS, ADMINS = ("agent",), ("supervisor", "admin"), ("admin",)
# What everybody has, an agent sees as an admin does but for a few parts: every third of it tells.
EVERY = {"agent": 3, "admin": 1}
QUALITY = 5  # of compression: a fifth of the time, and a few hundredths larger, so that the limit is only stricter
# The last is what WCAG 1.4.10 asks for; 760 and 1280 lie where the layout changes.
WIDTHS = (DESKTOP["width"], 1280, 760, PHONE["width"], 320)


@pytest.fixture
def pages(world, settings, tmp_path):
    """`pages(role)` → the addresses that person can reach, over a world in which each has something to show."""
    settings.VAR_DIR = tmp_path / "var"
    saved = save(known_everywhere(world.agent, world.marta), quality=3.5, issues=["ECHO"], notes="Echo, then fine.")
    save(saved.call, quality=3, issues=["ECHO"])
    parked = Delivery.objects.filter(kind="plivo.call_feedback").order_by("-pk").first()
    Delivery.objects.filter(pk=parked.pk).update(state="parked", reason="Plivo does not know this call.")
    ended = ended_call(world.agent, world.jon)
    live = make_call(world.agent, world.jon, status="in_progress", connected_at=ended.connected_at)
    unsure = unanswered_call(world.agent, world.marta, status="uncertain", wrap_up_due_at=None, ended_at=None)
    by_ticket = ended_call(world.agent, None, number=None, ticket_id="71450", location=world.riverside)
    plivo = parked.connection_id
    held = held_sync()
    syncs = ["/syncs/", "/syncs/lists/customers/", f"/syncs/{held.pk}/", f"/syncs/{held.pk}/believe/"]
    surveys_work(world)
    waits = ask(world)
    bulk = ["/requests/many/", f"/requests/many/?template={TEMPLATE}&when=now"]
    review = make_review(world.riverside, rating="1.5", title="خدمة", description="x" * 600, url="https://a.test/1")
    answer = make_feedback(world.riverside, world.marta, nps_score=3, comments="Late.", campaign="c1")
    make_request(saved.call, answer)
    pressed = ended_call(world.agent, world.jon, provider="telesign", vendor_words="unsupported_call_state")
    keypad.hear(pressed, 2, timezone.now())
    inbox = [
        "/reviews/?rating_to=3",
        f"/reviews/{review.pk}/",
        "/reviews/read/",
        "/feedback/",
        f"/feedback/{answer.pk}/",
        f"/feedback/{pressed.answers.get().pk}/",
    ]
    promised = make_callback(world.agent, world.jon, timedelta(minutes=-30), note="long " * 40, reason="Call back")
    make_callback(None, world.marta, origin="retry", try_number=2, tries=3, why="CCAI did not take it, so we call.")
    batch = RequestBatch.objects.create(made_by=world.admin, template=waits.template, total=3, customers=[1])
    mine, cases, case_rules = cases_of(world)

    everyone = [
        "/desk/",
        f"/desk/customers/{world.marta.pk}/",
        f"/desk/customers/{world.numberless.pk}/",
        "/customers/",
        "/customers/new/",
        reverse("customers:edit", args=[world.marta.pk]),
        *(f"/calls/{call.pk}/" for call in (saved.call, ended, live, unsure, by_ticket, pressed)),
        f"/calls/{by_ticket.pk}/customer/",
        f"/calls/{ended.pk}/wrap-up/",
        f"/calls/{saved.call_id}/wrap-up/?correct=1",
        f"/calls/{saved.call_id}/timeline/",
        "/calls/",
        "/calls/?status=completed&q=marta",
        "/calls/?provider=plivo&kind=incoming&status=melted",
        "/calls/views/new/?period=7&rated=no",
        *views_of(world),
        "/callbacks/",
        "/callbacks/?which=overdue",
        f"/callbacks/{promised.pk}/",
        f"/callbacks/{promised.pk}/cancellation/",
        f"/desk/customers/{world.marta.pk}/callback/",
        *mine,
        "/wrap-ups/",
        "/requests/",
        f"/requests/{waits.pk}/",
        f"/customers/{world.marta.pk}/timeline/",
        f"/calls/{saved.call_id}/answers/",
        f"/customers/{world.marta.pk}/requests/",
        f"/customers/{world.marta.pk}/requests/new/",
        "/profile/",
        "/profile/tokens/",
        "/api/v1/docs/",
        "/no-such-page/",
    ]
    overview = [
        "/overview/",
        "/overview/?period=today&provider=plivo",
        "/overview/?from=2026-01-01&to=2026-03-31",
        "/overview/tables/agents/",
        "/overview/numbers/",
        "/overview/numbers/of/nps/",
        "/overview/numbers/rows/nps_answers/",
        "/overview/walls/",
        "/overview/walls/new/",
    ]
    own, watched, report = watching(world, saved.call, ended)
    more = {
        AGENTS: own,
        SUPERVISORS: [*bulk, *inbox, *cases, *overview, *watched, "/deliveries/", "/deliveries/?state=parked"],
        ADMINS: [
            report,
            *case_rules,
            *retry_plans(world),
            "/connections/",
            f"/connections/{plivo}/",
            f"/connections/{connection('ccai').pk}/",
            f"/connections/{connection('telesign').pk}/",
            "/hook-events/",
            *syncs,
            f"/requests/lists/{batch.pk}/",
            *places(world),
            *people(world),
            *rules_of_calling(world),
            *imports_of(world),
        ],
    }
    own_pages = {role: [path for roles, paths in more.items() if role in roles for path in paths] for role in ROLES}
    return lambda role, every=1: everyone[::every] + own_pages[role]


def views_of(world):
    """The pages of a saved view with a long name, which agents may change and so may admins, for it is shared."""
    view = SavedView.objects.create(owner=world.agent, name="Unhappy " * 12, query="answer=unhappy", is_shared=True)
    return ["/calls/views/", *(reverse(f"feedback:saved_view_{deed}", args=[view.pk]) for deed in ("edit", "remove"))]


def cases_of(world):
    """(an agent's pages about cases, what supervisors have besides, an admin's): open, overdue, closed; replies."""
    own = case_of(world.riverside, world.jon, owner=world.agent, comments="x" * 600)
    recovery = ended_call(world.agent, world.jon, connected_at=timezone.now())
    CaseCall.objects.create(case=own, call=recovery)
    at_hour(case_of(world.riverside, world.numberless), 60)
    done = resolved(case_of(world.harbor, world.harriet), world.supervisor)
    low_review(world.riverside, title="Never again " * 20)
    keeping.keep()
    of_review = Case.objects.get(sources__review__isnull=False)
    reply = ReplyTemplate.objects.create(name="Sorry " * 15, text="Hello {name}")
    rule = CaseRule.objects.create(account=world.northwind, nps_up_to=None)
    mine = ["/cases/", f"/cases/{own.pk}/", f"/cases/{own.pk}/drop/", f"/calls/{recovery.pk}/wrap-up/"]
    more = ["/cases/?which=closed&stage=resolved", f"/cases/{done.pk}/", f"/cases/{of_review.pk}/", "/reviews/replies/"]
    more += [reverse(f"feedback:{name}", args=[reply.pk]) for name in ("reply", "reply_remove")]
    more += [f"/reviews/{of_review.sources.get().review_id}/?reply={reply.pk}", "/reviews/replies/new/"]
    one = f"/cases/rules/{rule.pk}/"
    return mine, more, ["/cases/rules/", "/cases/rules/all/", "/cases/rules/new/", one, f"{one}remove/"]


def watching(world, reviewed, to_review):
    """(an agent's own pages, what supervisors have, the admin's own report): alerts, calls to review, reports."""
    rule = AlertRule.objects.create(metric="call_quality", location=world.riverside, threshold=4.5)
    value = {"value": 3.1, "n": 40, "latest_value": 3.4, "latest_n": 44, "threshold": 4.5, "days": 7}
    is_open = Alert.objects.create(rule=rule, location=world.riverside, **value)
    Alert.objects.create(rule=rule, location=world.harbor, ended_at=timezone.now(), ended_how="recovered", **value)
    week = monday(timezone.localdate()) - timedelta(days=7)
    pick = {"week": week, "location": world.riverside, "agent": world.agent, "because": "Rated 1 of 5"}
    said = {"stage": "reviewed", "score": 2, "note": "long " * 60, "weak": ["tone"], "done_by": world.supervisor}
    done = CoachingPick.objects.create(call=reviewed, why="worst", done_at=timezone.now(), **said, **pick)
    waits = CoachingPick.objects.create(call=to_review, why="random", **pick)
    report = sending.send(world.admin, week)
    own = ["/my-numbers/", f"/my-numbers/reviews/{done.pk}/"]
    alerts = ["", f"{is_open.pk}/", "thresholds/", "thresholds/new/", f"thresholds/{rule.pk}/"]
    reports = ["", "preview/", "public-links/", "public-links/?days=365"]
    found = [f"/alerts/{one}" for one in (*alerts, f"thresholds/{rule.pk}/remove/")]
    found += ["/coaching/", "/coaching/?stage=all", f"/coaching/{waits.pk}/", f"/coaching/{done.pk}/"]
    return own, [*found, *(f"/reports/{one}" for one in reports)], f"/reports/{report.pk}/"


def retry_plans(world):
    """The pages about trying again, with an account that wants it otherwise."""
    plan = RetryPlan.objects.create(account=world.northwind)
    one = f"/callbacks/plans/{plan.pk}/"
    return ["/callbacks/plans/", "/callbacks/plans/all/", "/callbacks/plans/new/", one, f"{one}remove/"]


def places(world):
    """A location that was changed on both sides and waits for FeedbackAPI, with its account."""
    shown = {"id": "riv", "name": "Riverside", "country_code": "US"}
    Location.objects.filter(pk=world.riverside.pk).update(
        connection=connection("feedbackapi"), vendor_id="riv", vendor_raw=shown, country_code="US"
    )
    world.riverside.refresh_from_db()
    ReviewProfile.objects.create(location=world.riverside, url="https://reviews.example.test/" + "riverside-" * 20)
    Conflict.objects.create(location=world.riverside, field="name", ours="Riverside " * 10, theirs="River", base="R")
    save_location(world.riverside, world.admin, ["postal_code"])
    rooms = {"location": world.riverside.pk, "account": world.northwind.pk}
    deeds = ("", "_active", "_delete")
    pages = [f"/{room}s/" for room in ("location", "client-account", "conflict")]
    pages += [reverse(f"customers:{room}{deed}", args=[pk]) for room, pk in rooms.items() for deed in deeds]
    return pages + [reverse("customers:location_edit", args=[world.riverside.pk]), "/client-accounts/new/"]


def people(world):
    """The pages about people and surveys, with an invitation, a user of FeedbackAPI, a template and a rule."""
    invitation, _ = invitations.invite(world.admin, f"{'long.' * 10}address@example.test", "agent", [world.riverside])
    at_vendor = vendor_users.invite(world.admin, "console@example.test")
    rule = SurveyRule.objects.create(account=world.northwind)
    of_one = {
        "customers:user": world.agent,
        "customers:user_deactivate": world.admin,
        "customers:invitation_cancel": invitation,
        "customers:vendor_user": at_vendor,
        "feedback:template": make_template("long", "A template " * 9),
        "feedback:survey_rule": rule,
    }
    lists = ["/users/", "/users/invite/", "/users/invitations/", "/users/feedbackapi/", "/surveys/", "/surveys/rules/"]
    return [*lists, "/history/", *(reverse(name, args=[row.pk]) for name, row in of_one.items())]


def rules_of_calling(world):
    """The pages about whom nobody calls and when, with a rule and an entry."""
    rule = CallingRule.objects.create(account=world.northwind, week=[["09:00", "17:00"]] * 6 + [None])
    entry = add_do_not_call(world.jon.phone, None, world.admin, "Asked for it in writing, " * 8)
    of_one = {"calling_rule": rule, "calling_rule_remove": rule, "do_not_call_remove": entry}
    names = ["calling_rules", "calling_rule_for_all", "calling_rule_new"]
    names += ["do_not_call", "do_not_call_add", "do_not_call_many"]
    pages = [reverse(f"customers:{name}") for name in names]
    pages += [reverse(f"customers:{name}", args=[row.pk]) for name, row in of_one.items()]
    return [*pages, reverse("feedback:truth")]


def imports_of(world):
    """The pages of files: one whose columns are asked for, one tried out with rows that cannot be taken, one done."""
    log = f"Call Id,Date,Answered,{'A long heading ' * 6}\n1,2021-01-01,Y,x\n2,someday,Y,{'y' * 400}\n".encode()
    runs = [receiving.receive("calls", io.BytesIO(log), f"{'calls_of_' * 12}{n}.csv", world.admin) for n in range(3)]
    for run in runs[1:]:
        work.try_out(run, run.columns, run.options, run.profile, here=True)
        receiving.go_on_at_once(run)
    work.start(runs[2], here=True)
    receiving.go_on_at_once(runs[2])
    return ["/imports/", "/imports/new/", *(f"/imports/{run.pk}/" for run in runs), f"/imports/{runs[0].pk}/cancel/"]


def held_sync():
    """A run that the brake has held, with a record it set aside, and another under way."""
    now, at = timezone.now(), {"connection": connection("feedbackapi"), "upper": 1, "fetched": 250, "expected": 1000}
    SyncRun.objects.create(resource="reviews", state=SyncState.RUNNING, **at)
    reason = vanished.BRAKED.format("21 or more", "250")
    held = SyncRun.objects.create(
        resource="customers", state=SyncState.INCOMPLETE, is_full=True, ended_at=now, reason=reason, failed=1, **at
    )
    SyncProblem.objects.create(run=held, reason="It has no id.", raw={"id": None, "fname": "Jo" * 60})
    return held


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
@pytest.mark.parametrize("role, part", [("agent", ALL), ("admin", EVEN), ("admin", ODD)])
def test_no_page_breaks_the_policy_nor_scrolls_sideways(role, part, page, live, world, pages, sign_in, violations):
    sign_in(getattr(world, role))
    for path in pages(role, EVERY[role])[part]:
        page.set_viewport_size(DESKTOP)
        visit(page, live, path)
        wide = [width for width in WIDTHS if sideways(page, width)]
        assert (path, wide, violations) == (path, [], [])


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", [EVEN, ODD])
def test_no_page_has_an_accessibility_fault(part, new_context, live, world, pages, sign_in, axe):
    """All rules on a dark desktop; on a phone in light those that size and theme change, and all on the desk."""
    context = new_context(bypass_csp=True)
    page = context.new_page()
    sign_in(world.admin, context)
    for path in pages("admin")[part]:
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="dark")
        visit(page, live, path)
        assert (path, "dark", axe(page)) == (path, "dark", [])
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="light")
        assert (path, "light", axe(page, looks_only=path != "/desk/")) == (path, "light", [])


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["agent", "admin"])
def test_no_page_weighs_more_than_100_kilobytes_on_a_first_visit(role, world, pages):
    client = signed_in(getattr(world, role))
    for path in pages(role):
        html = client.get(path).content.decode()
        fragments = [client.get(at, HTTP_HX_REQUEST="true").content for at in loaded_at_once(html)]
        size = sum(len(brotli.compress(text, quality=QUALITY)) for text in [html.encode(), *fragments])
        assert (path, size + sum(map(weighed, static_files(html)))) < (path, LIMIT)


@cache
def weighed(name):
    return weight(name)


def loaded_at_once(html):
    """The fragments a page asks for as it loads."""
    return re.findall(r'hx-get="([^"]+)" hx-trigger="load', html)
