"""FeedbackAPI's feedback requests: refused, scheduled, sent, and what the customer makes of them."""

import pytest
import requests

from integrations.sandbox import server
from integrations.sandbox.feedbackapi.fates import COMPLAINTS, FATES, TEMPLATES, complaint_of, fate_of
from tests.integrations.sandbox.conftest import FEEDBACKAPI, NOON

NOW = int(NOON.timestamp())
EMAIL, SMS = "dfar5V", "iF56sC"


@pytest.fixture
def person(sandbox):
    """`person(email=…, …)`: the id of a customer at location here."""
    sandbox.feedbackapi.change(insert={"locations": [{"id": "here", "name": "Here"}]})

    def insert(**columns):
        jane = {"fname": "Jane", "sname": "Doe", "opt_out": False, "invalid": False, "locations": ["here"]}
        return sandbox.feedbackapi.change(insert={"customers": [jane | columns]})["inserted"]["customers"][0]

    return insert


@pytest.fixture
def request_of(ask):
    """`request_of(customer, template)`: the answer of asking for feedback."""

    def post(customer, template=EMAIL, **body):
        return ask("feedback-request", json={"subscriber": customer, "template": template, "location": "here"} | body)

    return post


@pytest.fixture
def now(ask):
    """`now(asked)`: the request as it is now."""
    return lambda asked: ask(f"feedback-request/{asked['id']}").json()


def marks(request):
    """What of a request is true: opened, clicked, bounced, spam."""
    columns = {f"message_{word}": word for word in ("opened", "clicked", "bounced")} | {"spam_complaint": "spam"}
    return {word for column, word in columns.items() if request[column]}


def test_a_request_is_sent_at_once_and_comes_alive_with_the_clock(ask, person, request_of, now, sandbox):
    jane = person(email="jane2@example.com")
    asked = request_of(jane).json()
    assert (asked["type"], asked["due"], asked["updated"], marks(asked)) == ("email", NOW, NOW, set())
    assert ask(f"customers/{jane}").json()["last_email"] == NOW
    sandbox.advance(20)
    assert (marks(now(asked)), now(asked)["updated"]) == ({"opened"}, NOW + 20)
    sandbox.advance(10)
    assert marks(now(asked)) == {"opened", "clicked"}
    sandbox.advance(30)
    answered = now(asked)
    assert answered["updated"] == NOW + 60
    assert answered["feedback"] == {
        "id": answered["feedback"]["id"], "created": NOW + 60, "type": "happy", "nps-score": None, "star-rating": None,
        "happy": False, "comments": complaint_of("unhappy", "jane2@example.com"), "platform_name": None,
        "subscriber": jane, "subscriber_name": "Jane Doe", "subscriber_email": "jane2@example.com", "location": "here",
        "campaign": None, "campaign_step": None,
    }  # fmt: skip
    assert answered["feedback"]["comments"] in COMPLAINTS
    assert ask("feedback").json()["data"] == [answered["feedback"]]
    assert ask(f"feedback/{answered['feedback']['id']}").json() == answered["feedback"]
    assert ask("feedback-request", updated_after=NOW + 60).json()["data"] == [answered]


def test_what_was_not_looked_at_has_happened_at_its_own_time(person, request_of, now, sandbox):
    asked = request_of(person(email="jane0@example.com")).json()
    sandbox.advance(86_400)
    assert (now(asked)["updated"], now(asked)["feedback"]["created"]) == (NOW + 60, NOW + 60)


@pytest.mark.parametrize(
    ("digit", "email", "sms"),
    [
        (0, {"opened", "clicked"}, {"clicked"}), (1, {"opened", "clicked"}, {"clicked"}),
        (2, {"opened", "clicked"}, {"clicked"}), (3, {"opened", "clicked"}, {"clicked"}), (4, {"opened"}, set()),
        (5, set(), set()), (6, set(), set()), (7, {"opened", "clicked"}, {"clicked"}), (8, {"bounced"}, set()),
        (9, {"opened", "spam"}, set()),
    ],
)  # fmt: skip
def test_the_address_decides(person, request_of, now, sandbox, digit, email, sms):
    jane = person(email=f"jane{digit}@example.com", mobile_number=f"+1212555010{digit}")
    by_email, by_sms = request_of(jane).json(), request_of(jane, SMS).json()
    sandbox.advance(7200)
    assert (marks(now(by_email)), marks(now(by_sms))) == (email, sms)
    answers = digit in (0, 1, 2, 7)
    assert [bool(now(asked)["feedback"]) for asked in (by_email, by_sms)] == [answers, answers]


@pytest.mark.parametrize("word", sorted({fate.word for fate in FATES}))
def test_a_word_in_the_address_decides_too(word):
    assert fate_of("email", f"jane8+{word}@example.com").word == word


def test_an_address_without_digit_or_word_is_an_ordinary_one():
    words = {fate_of("email", f"{name}@example.com").word for name in ("jane", "bob", "ciro", "ann", "carol", "eve")}
    assert len(words) > 1
    assert not words & {"bounces", "spam"}


def test_a_bounce_has_a_reason_and_makes_the_customer_invalid(ask, person, request_of, now, sandbox):
    jane = person(email="jane+bounces@example.com")
    asked = request_of(jane).json()
    sandbox.advance(10)
    assert now(asked)["bounce_reason"] == "mailbox unavailable"
    assert ask(f"customers/{jane}").json()["invalid"] is True
    assert request_of(jane).status_code == 402


def test_a_failed_sms_shows_only_at_the_customer(ask, person, request_of, now, sandbox):
    jane = person(mobile_number="+12125550108")
    asked = request_of(jane, SMS).json()
    sandbox.advance(10)
    assert (marks(now(asked)), now(asked)["bounce_reason"]) == (set(), None)
    assert ask(f"customers/{jane}").json()["invalid"] is True


def test_a_spam_report_opts_the_customer_out(ask, person, request_of, sandbox):
    jane = person(email="jane+spam@example.com")
    request_of(jane)
    sandbox.advance(60)
    assert ask(f"customers/{jane}").json()["opt_out"] is True


@pytest.mark.parametrize(("template", "column", "score"), [
    ("dfar5V", "happy", True), ("nPsM41", "nps-score", 10), ("sTaM51", "star-rating", 5),
    ("hApT62", "happy", True), ("nPsT42", "nps-score", 10), ("iF56sC", "star-rating", 5),
])  # fmt: skip
def test_a_template_asks_for_its_own_score(person, request_of, now, sandbox, template, column, score):
    asked = request_of(person(email="jane0@example.com", mobile_number="+12125550100"), template).json()
    assert asked["type"] == TEMPLATES[template][0]
    sandbox.advance(60)
    feedback = now(asked)["feedback"]
    scores = {name: feedback[name] for name in ("happy", "nps-score", "star-rating") if feedback[name] is not None}
    assert scores == {column: score}
    assert feedback["comments"] is None, "words come with a bad answer only"


def test_one_due_later_waits_for_its_time(ask, person, request_of, now, sandbox):
    jane = person(email="jane3@example.com")
    asked = request_of(jane, due="2026-11-20T12:10:00Z").json()
    assert (asked["created"], asked["due"]) == (NOW, NOW + 600)
    sandbox.advance(599)
    assert ask(f"customers/{jane}").json()["last_email"] is None
    sandbox.advance(1)
    assert ask(f"customers/{jane}").json()["last_email"] == NOW + 600
    sandbox.advance(30)
    assert (marks(now(asked)), now(asked)["updated"]) == ({"opened", "clicked"}, NOW + 630)


def test_one_sent_unseen_was_sent_at_its_own_time(ask, person, request_of, now, sandbox):
    jane = person(email="jane+silent@example.com")
    asked = request_of(jane, due=NOW + 60).json()
    sandbox.advance(3600)
    assert (now(asked)["updated"], ask(f"customers/{jane}").json()["last_email"]) == (NOW + 60, NOW + 60)


def test_one_that_waits_is_not_sent_to_who_opts_out_meanwhile(ask, person, request_of, now, sandbox):
    jane = person(email="jane0@example.com")
    asked = request_of(jane, due=NOW + 60).json()
    ask(f"customers/{jane}", json={"opt_out": True})
    sandbox.advance(3600)
    assert now(asked) == asked


def test_a_link_alone_sends_nothing_and_is_still_answered(ask, person, request_of, now, sandbox):
    jane = person(email="jane0@example.com", opt_out=True)
    asked = request_of(jane, suppress_message=True).json()
    assert asked["type"] == "suppressed"
    assert asked["full_url"].startswith("https://feedback-url.com/")
    assert asked["branded_url"].startswith("https://your-domain.com/fb/")
    sandbox.advance(60)
    assert (marks(now(asked)), now(asked)["feedback"]["happy"]) == ({"clicked"}, True)
    assert ask(f"customers/{jane}").json()["last_email"] is None


def test_the_same_request_twice_is_two_messages(ask, person, request_of):
    jane = person(email="jane3@example.com")
    assert request_of(jane).json()["id"] != request_of(jane).json()["id"]
    assert ask("feedback-request", subscriber=jane).json()["total_count"] == 2


@pytest.mark.parametrize(
    ("body", "param"),
    [({"subscriber": None}, "subscriber"), ({"subscriber": "nobody"}, "subscriber"), ({"template": None}, "template"),
     ({"template": "unknown"}, "template"), ({"location": "nowhere"}, "location"), ({"due": "soon"}, "due"),
     ({"suppress_message": "perhaps"}, "suppress_message")],
)  # fmt: skip
def test_a_bad_request_is_named_and_not_kept(person, ask, sandbox, body, param):
    given = {"subscriber": person(email="jane@example.com"), "template": EMAIL, "location": "here"} | body
    answer = ask("feedback-request", json={key: value for key, value in given.items() if value is not None})
    assert (answer.status_code, answer.json()["param"]) == (400, param)
    assert sandbox.feedbackapi.rows("feedback-request") == []


def test_a_location_is_required_where_the_customer_has_none(person, ask):
    jane = person(email="jane@example.com", locations=[])
    answer = ask("feedback-request", json={"subscriber": jane, "template": EMAIL})
    assert (answer.status_code, answer.json()["param"]) == (400, "location")


@pytest.mark.parametrize(("columns", "template"), [
    ({"email": "a@example.com", "opt_out": True}, EMAIL), ({"email": "a@example.com", "invalid": True}, EMAIL),
    ({"email": "a@example.com"}, SMS), ({"mobile_number": "+12125550100"}, EMAIL),
])  # fmt: skip
def test_who_cannot_be_asked_is_refused(person, request_of, columns, template):
    answer = request_of(person(**columns), template)
    assert (answer.status_code, answer.json()["param"]) == (402, "subscriber")


def test_the_allowance_is_for_a_month(ask, person, request_of, sandbox):
    ask("accounts", json={"name": "Small", "active": True, "verb": "use", "sms_allowance": 1})
    jane = person(mobile_number="+12125550103", email="jane3@example.com")
    assert request_of(jane, SMS).status_code == 200
    answer = request_of(jane, SMS)
    assert (answer.status_code, answer.json()["param"]) == (402, "sms_allowance")
    assert request_of(jane).status_code == 200, "an e-mail costs no SMS"
    sandbox.advance(86_400 * 11)
    assert request_of(jane, SMS).status_code == 200


@pytest.mark.parametrize(("template", "score", "column"), [("dfar5V", False, "happy"), ("nPsM41", 0, "nps-score")])
def test_a_customer_may_be_played_by_hand(person, request_of, now, sandbox, template, score, column):
    asked = request_of(person(email="jane+silent@example.com"), template).json()
    sandbox.advance(5)
    sandbox.feedbackapi.answer(asked["id"], score, comments="By hand")
    answered = now(asked)
    assert (answered["feedback"][column], answered["feedback"]["comments"]) == (score, "By hand")
    assert (marks(answered), answered["updated"]) == ({"clicked"}, NOW + 5)


def test_speed_divides_the_seconds():
    with server.start(clock=lambda: NOON, env={}, speed=10) as sandbox:
        desk = sandbox.feedbackapi
        desk.change(insert={"customers": [{"id": "jane", "email": "jane0@example.com", "opt_out": False}]})
        desk.change(insert={"locations": [{"id": "here"}]})
        url = f"{sandbox.url}/feedbackapi/v1.3/feedback-request"
        body = {"subscriber": "jane", "template": EMAIL, "location": "here"}
        requests.post(url, json=body, auth=FEEDBACKAPI, timeout=5)
        sandbox.advance(6)
        assert desk.rows("feedback-request")[0]["feedback"]["happy"] is True
