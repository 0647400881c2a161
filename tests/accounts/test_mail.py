"""Mail to our own people: once a key, to whoever may still get it, and never twice because a worker was stopped."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as django_mail
from django.utils import timezone
from django_q.models import OrmQ

from accounts import mail
from accounts.choices import LetterState
from accounts.models import Letter
from tests.world import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]
TEMPLATE = "customers/mail/invitation"


def write(user, key="a"):
    given = {"invitation": {"name": user.name, "get_role_display": "Agent"}, "link": "https://x.test/", "by": "Ana"}
    return mail.write(key, user, TEMPLATE, given)


@pytest.fixture
def outbox(settings):
    return django_mail.outbox


def test_a_letter_goes_to_its_person_and_the_same_one_is_not_written_twice(world, outbox):
    letter = write(world.agent)
    assert write(world.agent) is None and Letter.objects.count() == 1
    mail.send_due(), mail.send_due()
    assert [one.to for one in outbox] == [["agent@example.test"]]
    assert outbox[0].subject == "You are invited to Aftercall" and "Hello Ada Agent," in outbox[0].body
    assert outbox[0].extra_headers["Message-ID"] == f"<{letter.uuid}@127.0.0.1>"
    letter.refresh_from_db()
    assert letter.state == LetterState.SENT and letter.sent_at and letter.tries == 1


def test_who_was_deactivated_meanwhile_gets_nothing(world, outbox):
    letter = write(world.agent)
    type(world.agent).objects.filter(pk=world.agent.pk).update(is_active=False)
    mail.send_due()
    letter.refresh_from_db()
    assert (letter.state, outbox) == (LetterState.NOT_SENT, []) and "deactivated" in letter.why


def test_it_goes_to_the_address_the_person_has_when_it_goes(world, outbox):
    write(world.agent)
    type(world.agent).objects.filter(pk=world.agent.pk).update(email="new@example.test")
    mail.send_due()
    assert outbox[0].to == ["new@example.test"]


@pytest.mark.parametrize(("zone", "said"), [("Pacific/Honolulu", "13:30"), ("Nowhere/Atlantis", "23:30")])
def test_times_are_by_the_recipients_clock(world, zone, said):
    at = datetime(2026, 11, 9, 23, 30, tzinfo=UTC)
    given = {"label": "NPS", "place": "Riverside", "alert": {"opened_at": at}}
    letter = mail.write("a", make_user(time_zone=zone), "feedback/mail/alert_opened", given)
    assert f"since 9 Nov 2026 {said}" in letter.text
    assert timezone.get_current_timezone_name() == "UTC"


class Server:
    """A mail server in the place of Django's backend: `says` is raised at the step it names."""

    def __init__(self, opening=None, sending=None, closing=None):
        self.opening, self.sending, self.closing, self.got = opening, sending, closing, []

    def open(self):
        if self.opening:
            raise self.opening

    def send_messages(self, messages):
        if self.sending:
            raise self.sending
        self.got += messages

    def close(self):
        if self.closing:
            raise self.closing


def after(monkeypatch, world, **server):
    """The Letter after one try with such a server."""
    letter = write(world.agent)
    monkeypatch.setattr(mail, "get_connection", lambda: Server(**server))
    mail.send_due()
    letter.refresh_from_db()
    return letter


def test_a_server_that_is_away_is_tried_again_later_and_not_for_ever(monkeypatch, world):
    letter = after(monkeypatch, world, opening=ConnectionRefusedError())
    assert letter.state == LetterState.WAITING and letter.not_before > timezone.now()
    for _ in mail.WAITS:
        Letter.objects.update(not_before=timezone.now())
        mail.send_due()
    letter.refresh_from_db()
    assert letter.state == LetterState.NOT_SENT and letter.tries == len(mail.WAITS) + 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({}), LetterState.NOT_SENT),
        (smtplib.SMTPDataError(554, b"no"), LetterState.NOT_SENT),
        (smtplib.SMTPDataError(451, b"later"), LetterState.WAITING),
        (smtplib.SMTPServerDisconnected(), LetterState.UNCLEAR),
        (TimeoutError(), LetterState.UNCLEAR),
        (ValueError("a line break in a header"), LetterState.NOT_SENT),
    ],
)
def test_what_the_server_says_decides(monkeypatch, world, error, state):
    assert after(monkeypatch, world, sending=error).state == state


def test_a_server_that_does_not_know_us_yet_gets_the_letter_later_and_once(monkeypatch, world):
    letter = after(monkeypatch, world, sending=greylisted())
    assert (letter.state, letter.sent_at) == (LetterState.WAITING, None) and letter.not_before > timezone.now()
    knows_us = Server()
    monkeypatch.setattr(mail, "get_connection", lambda: knows_us)
    mail.send_due()
    assert knows_us.got == [], "it waits"
    Letter.objects.update(not_before=timezone.now())
    mail.send_due(), mail.send_due()
    letter.refresh_from_db()
    assert (letter.state, letter.tries, len(knows_us.got)) == (LetterState.SENT, 2, 1)


def greylisted():
    return smtplib.SMTPRecipientsRefused({"agent@example.test": (450, b"4.2.0 Greylisted, come back later")})


def test_an_address_that_is_refused_for_good_is_not_tried_again(monkeypatch, world):
    refused = smtplib.SMTPRecipientsRefused({"agent@example.test": (550, b"5.1.1 unknown")})
    letter = after(monkeypatch, world, sending=refused)
    assert letter.state == LetterState.NOT_SENT and "does not take mail to this address." in letter.why


def test_a_worker_that_comes_back_late_says_nothing_of_a_later_try(monkeypatch, world):
    letter = write(world.agent)

    class Slow(Server):
        def send_messages(self, messages):  # given up and sent again by a person while it was here; another has it now
            now = timezone.now() + timedelta(minutes=7)
            Letter.objects.update(state=LetterState.SENDING, taken_at=now, tries=1)
            raise smtplib.SMTPDataError(451, b"later")

    monkeypatch.setattr(mail, "get_connection", Slow)
    mail.send_due()
    letter.refresh_from_db()
    assert letter.state == LetterState.SENDING, "not waiting: a third worker would double it"


def test_what_was_sent_is_sent_also_when_the_server_does_not_say_good_bye(monkeypatch, world):
    assert after(monkeypatch, world, closing=smtplib.SMTPServerDisconnected()).state == LetterState.SENT


def test_a_worker_that_was_stopped_in_the_middle_doubles_nothing(world, outbox):
    stopped, waiting = write(world.agent, "first"), write(world.agent, "second")
    long_ago = timezone.now() - timedelta(minutes=6)
    Letter.objects.filter(pk=stopped.pk).update(state=LetterState.SENDING, taken_at=long_ago, tries=1)
    mail.send_due()
    stopped.refresh_from_db(), waiting.refresh_from_db()
    assert (stopped.state, waiting.state, len(outbox)) == (LetterState.UNCLEAR, LetterState.SENT, 1)
    assert mail.send_again(stopped) and not mail.send_again(waiting)
    mail.send_due()
    assert len(outbox) == 2


def test_what_a_turn_does_not_reach_is_left_to_the_next_one(world, outbox, monkeypatch):
    monkeypatch.setattr(mail, "TURN", -1)
    write(world.agent, "first"), write(world.agent, "second")
    mail.send_due()
    assert len(outbox) == 1 and OrmQ.objects.get().func() == "accounts.tasks.send_letters"
    mail.send_due()
    assert len(outbox) == 2


def test_one_that_is_being_sent_is_left_to_whoever_sends_it(world, outbox):
    letter = write(world.agent)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.SENDING, taken_at=timezone.now())
    mail.send_due()
    letter.refresh_from_db()
    assert (letter.state, outbox) == (LetterState.SENDING, [])


def test_no_address_stands_in_the_log(monkeypatch, world, caplog):
    with caplog.at_level("INFO"):
        after(monkeypatch, world, sending=smtplib.SMTPRecipientsRefused({"agent@example.test": (550, b"unknown")}))
    assert "Letter" in caplog.text and "example.test" not in caplog.text


def test_letters_are_forgotten_after_half_a_year(world):
    old, young = write(world.agent, "old"), write(world.agent, "young")
    Letter.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(days=181))
    mail.forget_old()
    assert list(Letter.objects.all()) == [young]
