"""Every address of the product, taken from the URL resolver, and a world with one row behind each of them.

`tests/doors.txt` says what each role gets there; test_doors.py holds it, test_canary.py and test_headers.py
walk the same addresses.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils import timezone

from accounts import audit
from accounts.choices import Scope
from accounts.models import ApiToken, User
from calls.choices import CallStatus
from calls.models import RetryPlan
from customers.models import CallingRule, Conflict, DoNotCall, Import, ReviewProfile
from customers.services import invitations, vendor_users
from feedback.choices import Leg
from feedback.models import (
    Alert,
    AlertRule,
    CallExport,
    Case,
    CaseRule,
    CoachingPick,
    ReplyTemplate,
    Report,
    RequestBatch,
    SavedView,
    SurveyRule,
)
from feedback.walls import services as walls
from integrations.choices import AttemptOutcome, DeliveryState, HookState, SyncState, Vendor
from integrations.models import Attempt, HookEvent, SyncRun
from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.rated import ended_call, known_everywhere, leg, save
from tests.world import World, connection, make_call, make_callback, make_number, make_template, make_user

# nobody is signed out; gone was signed in (or had a token) when they were deactivated; agent owns the rows;
# colleague is of the same location, elsewhere supervises another. operator, an admin, opens Django's own admin too.
ROLES = ("nobody", "gone", "stranger", "agent", "colleague", "supervisor", "elsewhere", "admin")
EVERYBODY = (*ROLES, "operator")
API = "api-"
# in = sent to sign in; go = sent on elsewhere; the rest are statuses. 403: not for the role. 404: out of sight.
TABLE = Path(__file__).with_name("doors.txt")


def table():
    """{(name, method): [what each of ROLES gets]} in the order of the file."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {(name, method): said for name, method, *said in lines}


def addresses(resolver=None, spaces="", route=""):
    """(name, route) of each address; one without a name goes by its route."""
    for one in (resolver or get_resolver()).url_patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, f"{spaces}{one.namespace}:" if one.namespace else spaces, here)
        else:
            yield f"{spaces}{one.name}" if one.name else here, here


def is_api(name):
    """Whether a token opens it and not a session."""
    return name.startswith(API) or name in ("user-list", "user-detail")


def body(response):
    """What an answer says, also one that is written while it is sent."""
    return b"".join(response.streaming_content) if response.streaming else response.content


@dataclass
class Rows:
    """A row behind every address; all of them are the agent's, at Riverside."""

    world: World

    def __post_init__(self):
        world = self.world
        self.gone = make_user("gone@example.test", locations=[world.riverside], name="Gus Gone")
        self.operator = make_user(
            "operator@example.test",
            "admin",
            name="Ole Operator",
            is_staff=True,
            is_superuser=True,
            sees_all_locations=True,
        )
        self.unrated = ended_call(world.agent, world.jon)
        self.rated = known_everywhere(world.agent, world.marta)
        self.rating = save(self.rated)
        self.by_ticket = make_call(world.agent, status=CallStatus.UNCERTAIN, ticket_id="71450")  # knows nobody yet
        waits = {"vendor_status": "voicemail_received", "vendor_id": "vm-1", "kind": "incoming"}
        self.voicemail = make_call(None, world.marta, status=CallStatus.VOICEMAIL, **waits)
        self.delivery = self._parked()
        self.review = make_review(world.riverside)
        self.answer = make_feedback(world.riverside, world.marta)
        self.request = make_request(self.rated, self.answer)
        self.case = self._case()
        self.reply = ReplyTemplate.objects.create(name="Sorry", text="Hello {name}")
        self.saved_view = SavedView.objects.create(owner=world.agent, name="Missed", query="status=no_answer")
        self.case_rule = CaseRule.objects.create(account=world.northwind)
        self.batch = RequestBatch.objects.create(made_by=world.supervisor, template=make_template("listed"), total=1)
        self.callback = make_callback(world.agent, world.jon)
        self.retry_plan = RetryPlan.objects.create(account=world.northwind)
        self.wall, _ = walls.issue(world.supervisor, "by the window", period="today")
        self.token, self.secret = ApiToken.objects.issue(world.agent, "the agent's", Scope.READ)
        self.connection = connection("ccai")
        self.sync_run = SyncRun.objects.create(
            connection=connection("feedbackapi"), resource="customers", upper=1, state=SyncState.PAUSED, reason="No."
        )
        self.session = UserSession.objects.create(user=world.agent, ip="127.0.0.1", session_key="of-another-browser")
        set_aside = {"state": HookState.SET_ASIDE, "reason": "It names no call.", "body": "From=1"}
        self.event = HookEvent.objects.create(vendor=Vendor.PLIVO, event_id="nonce", **set_aside)
        self.profile = ReviewProfile.objects.create(location=world.riverside, url="https://reviews.example.test/1")
        self.conflict = Conflict.objects.create(location=world.riverside, field="name", ours="A", theirs="B")
        audit.record(world.admin, "changed", world.riverside, {"name": ["A", "B"]})
        self.invitation, _ = invitations.invite(world.admin, "newcomer@example.test", "agent", [world.riverside])
        self.template = make_template()
        self.blocked = DoNotCall.objects.create(
            number=make_number("+12125550199"), account=world.northwind, why="asked"
        )
        self.calling_rule = CallingRule.objects.create(account=world.northwind, week=[["00:00", "24:00"]] * 7)
        self.survey_rule = SurveyRule.objects.create(account=world.northwind)
        self.alert_rule = AlertRule.objects.create(metric="call_quality", location=world.riverside, threshold=4)
        crossed = {"value": 3, "n": 12, "latest_value": 3, "latest_n": 12, "threshold": 4, "days": 7}
        self.alert = Alert.objects.create(rule=self.alert_rule, location=world.riverside, **crossed)
        self.picked = CoachingPick.objects.create(
            call=self.rated, week=date(2026, 11, 9), location=world.riverside, agent=world.agent, why="worst"
        )
        self.imported = Import.objects.create(
            kind="calls", state="done", file_name="calls.csv", size=1, digest="0", shape={"heads": ["Date"]}
        )
        said = {"stage": "reviewed", "score": 3, "done_by": world.supervisor, "done_at": timezone.now()}
        self.reviewed = CoachingPick.objects.create(
            call=self.unrated, week=date(2026, 11, 9), location=world.riverside, agent=world.agent, why="random", **said
        )
        told = {"week": "2026-11-09", "last_day": "2026-11-15", "where": "Riverside"}
        self.report = Report.objects.create(
            user=world.supervisor, week=date(2026, 11, 9), told=told, places=[world.riverside.pk]
        )
        self.export = CallExport.objects.create(owner=world.agent, format="csv", zone="UTC", state="gone")
        self.vendor_user = vendor_users.invite(world.admin, "console@example.test")

    def _case(self):
        """The agent's, about what Marta answered."""
        now = timezone.now()
        case = Case.objects.create(
            key="customer:1@1",
            stage="assigned",
            owner=self.world.agent,
            customer=self.world.marta,
            location=self.world.riverside,
            due_at=now,
            queue_at=now,
        )
        case.sources.create(kind="answer", answer=self.answer, words="NPS 2", said_at=now)
        case.events.create(word="note", text="Prefers the morning", by=self.world.agent)
        return case

    def _parked(self):
        delivery, now = leg(self.rating, Leg.PLIVO), timezone.now()
        delivery.state, delivery.reason, delivery.done_at = DeliveryState.PARKED, "Plivo does not know this call.", now
        delivery.save()
        Attempt.objects.create(
            delivery=delivery,
            number=1,
            started_at=now,
            ended_at=now,
            outcome=AttemptOutcome.REJECTED,
            status=404,
            words="not found",
            sentence=delivery.reason,
        )
        return delivery

    def person(self, role):
        return None if role == "nobody" else getattr(self, role, None) or getattr(self.world, role)

    def clients(self):
        """{role: (browser, api client)}; gone is deactivated after the doors were opened for them."""
        made = {role: (self._browser(role), self._program(role)) for role in EVERYBODY}
        User.objects.filter(pk=self.gone.pk).update(is_active=False)
        return made

    def _browser(self, role):
        client = Client(raise_request_exception=False)
        if person := self.person(role):
            client.force_login(person)
        return client

    def _program(self, role):
        client = Client(raise_request_exception=False)
        if person := self.person(role):
            _, secret = ApiToken.objects.issue(person, f"doors {uuid4()}", Scope.WRITE)
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    def path(self, name, route):
        """The address as a path to the agent's row."""
        if route.startswith("admin/"):
            return self._admin_path(route)
        plain = {"^api/": "/api/nothing/", "favicon.ico": "/favicon.ico"}
        return plain.get(name) or reverse(name, kwargs=self._words(name, route))

    def _words(self, name, route):
        if name == "account_reset_password_from_key":
            return {"uidb36": "1", "key": "x"}
        if "<slug:name>" in route:
            return {"name": "customers"}
        if "<str:token>" in route:
            return {"token": "a-link-nobody-sent"}
        if "<str:secret>" in route:
            return {"secret": "an-address-nobody-was-given"}
        if "<slug:table>" in route:
            return {"table": "locations"}
        if "<slug:key>" in route:
            return {"key": "nps"}
        if "<slug:column>" in route:
            return {"column": "promoters"}
        if "<slug:vendor>" in route:
            return {"vendor": Vendor.PLIVO.value}
        if "<reference>" in route:
            return {"reference": self.rated.uuid.hex, "which": "answer"}
        return {"pk": self._row(name, route).pk} if "pk>" in route else {}

    def _row(self, name, route):
        exact = {
            "accounts:token_revoke": self.token,
            "accounts:session_end": self.session,
            "user-detail": self.world.agent,
            "feedback:undo": self.rated,
            "feedback:legs": self.rated,
            "feedback:timeline": self.rated,
            "feedback:wrap_up": self.rated,
            "api-calls-rating": self.rated,
            "api-calls-deliveries": self.rated,
            "calls:detail": self.rated,
        }
        world = self.world
        rooms = {
            "locations/": world.riverside,
            "overview/walls/": self.wall,
            "wall/": self.wall,
            "client-accounts/": world.northwind,
            "accounts/": world.northwind,
            "calling-rules/": self.calling_rule,
            "do-not-call/": self.blocked,
            "conflicts/": self.conflict,
            "review-profiles/": self.profile,
            "connections/": self.connection,
            "syncs/": self.sync_run,
            "customers/": self.world.marta,
            "desk/customers/": self.world.marta,
            "numbers/": self.world.marta.phone,
            "deliveries/": self.delivery,
            "reviews/replies/": self.reply,
            "reviews/": self.review,
            "feedback/": self.answer,
            "requests/lists/": self.batch,
            "requests/": self.request,
            "feedback-requests/": self.request,
            "calls/exports/": self.export,
            "calls/views/": self.saved_view,
            "calls/": self.unrated,
            "voicemails/": self.voicemail,
            "users/invitations/": self.invitation,
            "users/feedbackapi/": self.vendor_user,
            "users/": self.world.agent,
            "surveys/templates/": self.template,
            "callbacks/plans/": self.retry_plan,
            "callbacks/": self.callback,
            "surveys/rules/": self.survey_rule,
            "cases/rules/": self.case_rule,
            "cases/": self.case,
            "alerts/thresholds/": self.alert_rule,
            "alerts/": self.alert,
            "coaching/": self.picked,
            "imports/": self.imported,
            "my-numbers/": self.reviewed,
            "reports/": self.report,
        }
        plain = route.removeprefix("api/v1/").removeprefix("^")
        return exact.get(name) or next(row for room, row in rooms.items() if plain.startswith(room))

    def _admin_path(self, route):
        """An admin address is read from its route: the app and the model stand in it."""
        path = "/" + route.replace("<int:content_type_id>", "1").replace("<path:url>", "nothing")
        path = path.replace("(?P<app_label>", "<app_label>").replace("(?P<url>.*)$", "nothing/")
        if "<app_label>" in path:
            return "/admin/calls/"
        for word in ("<path:object_id>", "<id>"):
            path = path.replace(word, str(self._admin_row(route))) if word in path else path
        return path

    def _admin_row(self, route):
        _, label, model, *_ = route.split("/")
        known = label in apps.app_configs and model in apps.app_configs[label].models
        first = apps.get_model(label, model).objects.first() if known else None
        return first.pk if first else 1
