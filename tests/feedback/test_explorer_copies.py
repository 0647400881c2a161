"""What the explorer finds calls by is copied, and the database keeps the copies equal whoever writes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from calls.models import Call
from feedback.choices import FeedbackKind, FeedbackSource, Mood, Outcome
from feedback.explorer import copies, notes, probes
from feedback.inbox.moods import OF_MOOD, mood_of
from feedback.models import CallAnswer, CallIssue, CallParked, Feedback, FeedbackRequest, Rating, RatingLeg
from feedback.tasks import fill_copies
from integrations.choices import DeliveryState
from integrations.models import Connection, Delivery
from tests.world import make_call, make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOURS = st.integers(0, 5).map(lambda hours: BEGAN + timedelta(hours=hours))
ISSUES = st.lists(st.sampled_from(["ECHO", "AUDIO_LAG", "OTHERS"]), max_size=3)
NOTES = st.sampled_from(["", "Echo, twice", "délai ECHO", "0-800 call/back", "100% sure_thing", "don’t"])
SCORES = st.one_of(
    st.tuples(st.just("nps_score"), st.just(FeedbackKind.NPS), st.sampled_from([None, 0, 6, 7, 8, 9, 10])),
    st.tuples(st.just("star_rating"), st.just(FeedbackKind.STARS), st.sampled_from([None, 1, 2, 3, 4, 5])),
    st.tuples(st.just("happy"), st.just(FeedbackKind.HAPPY), st.sampled_from([None, True, False])),
    st.tuples(st.just("happy"), st.just(FeedbackKind.OTHER), st.just(True)),
)
PARKED = DeliveryState.PARKED
LEGS = st.sampled_from(["plivo", "trestle"])
STATES = st.sampled_from([PARKED, DeliveryState.PENDING, DeliveryState.DELIVERED])
WORDS = ("echo", "twice", "délai", "del", "call", "back", "100", "sure", "thing", "don", "800", "ech")


class Book:
    """Some calls and everything that is written about them, each deed by a way of its own past our services."""

    def __init__(self):
        self.agent, customer = make_user(password=None), make_customer()
        self.calls = [make_call(self.agent, customer, created_at=BEGAN).pk for _ in range(3)]

    def date(self, n, ended):
        Call.objects.filter(pk=self.calls[n]).update(ended_at=ended)

    def begin(self, n, at):
        call = Call.objects.get(pk=self.calls[n])
        call.created_at = at
        call.save()

    def rate(self, n, issues, notes):
        rating = Rating(call_id=self.calls[n], outcome=Outcome.REACHED, issues=issues, notes=notes)
        rating.saved_by = self.agent
        if not Rating.objects.filter(call_id=self.calls[n]).exists():
            Rating.objects.bulk_create([rating])

    def correct(self, n, issues, notes):
        Rating.objects.filter(call_id=self.calls[n]).update(issues=issues, notes=notes)

    def save_stale(self, n, ended):
        """Two people read the same rows before either saved."""
        call, rating = Call.objects.get(pk=self.calls[n]), Rating.objects.filter(call_id=self.calls[n]).first()
        self.date(n, ended)
        self.rate(n, ["ECHO"], "Echo")
        call.save()
        if rating:
            rating.save()

    def unrate(self, n):
        Rating.objects.filter(call_id=self.calls[n]).delete()

    def press(self, n, score):
        name, kind, value = score
        Feedback.objects.filter(call_id=self.calls[n]).delete()
        source = FeedbackSource.KEYPAD
        Feedback.objects.create(call_id=self.calls[n], source=source, kind=kind, left_at=BEGAN, **{name: value})

    def answer(self, n, score):
        name, kind, value = score
        answer = Feedback.objects.create(kind=kind, left_at=BEGAN, **{name: value})
        FeedbackRequest.objects.create(call_id=self.calls[n], feedback=answer)

    def change(self, n, score):
        name, kind, value = score
        asked = FeedbackRequest.objects.filter(call_id=self.calls[n]).values("feedback")
        Feedback.objects.filter(pk__in=asked).update(kind=kind, **{name: value})

    def lose(self, n):
        asked = FeedbackRequest.objects.filter(call_id=self.calls[n]).values("feedback")
        Feedback.objects.filter(pk__in=asked).update(gone_at=BEGAN)

    def hand_on(self, n, score):
        FeedbackRequest.objects.update(call_id=self.calls[n])

    def forget(self, n):
        FeedbackRequest.objects.filter(call_id=self.calls[n]).delete()
        Feedback.objects.filter(call=None, requests=None).delete()

    def send(self, n, leg, state):
        """A delivery that the present wrap-up has for itself, or the one that an earlier one had."""
        rating = Rating.objects.filter(call_id=self.calls[n]).first()
        if rating and not rating.legs.filter(revision=rating.revision, leg=leg).exists():
            before = rating.legs.filter(leg=leg).last()
            delivery = before.delivery if before and state == PARKED else self.delivery(n, state)
            RatingLeg.objects.create(rating=rating, revision=rating.revision, leg=leg, delivery=delivery)

    def delivery(self, n, state):
        key, connection = f"call:{self.calls[n]}", Connection.objects.of("plivo")
        number = Delivery.objects.filter(key=key).count() + 1
        fields = {"kind": "plivo.call_feedback", "key": key, "revision": number, "payload": {}, "state": state}
        return Delivery.objects.create(connection=connection, **fields)

    def settle(self, n, leg, state):
        Delivery.objects.filter(rating_legs__rating__call=self.calls[n], rating_legs__leg=leg).update(state=state)

    def revise(self, n):
        Rating.objects.filter(call_id=self.calls[n]).update(revision=F("revision") + 1)

    def send_another(self, n, state):
        for row in RatingLeg.objects.filter(rating__call=self.calls[n]):
            row.delivery = self.delivery(n, state)
            row.save(update_fields=["delivery"])

    def send_nothing(self, n):
        RatingLeg.objects.filter(rating__call=self.calls[n]).delete()


def deed(name, *arguments):
    return st.tuples(st.just(name), st.integers(0, 2), *arguments)


DEEDS = st.one_of(
    deed("date", st.one_of(st.none(), HOURS)),
    deed("begin", HOURS),
    deed("rate", ISSUES, NOTES),
    deed("correct", ISSUES, NOTES),
    deed("save_stale", HOURS),
    deed("unrate"),
    deed("press", SCORES),
    deed("answer", SCORES),
    deed("change", SCORES),
    deed("lose"),
    deed("hand_on", SCORES),
    deed("forget"),
    deed("send", LEGS, STATES),
    deed("settle", LEGS, STATES),
    deed("revise"),
    deed("send_another", STATES),
    deed("send_nothing"),
)


def worst(moods):
    return next((mood for mood in (Mood.UNHAPPY, Mood.BETWEEN, Mood.HAPPY) if mood in moods), "unclear")


def told(call):
    """The mood of what really stands there; None for nothing."""
    answers = [*call.answers.all(), *(row.feedback for row in call.feedback_requests.all() if row.feedback)]
    moods = [mood_of(answer) for answer in answers if answer.gone_at is None]
    return worst(moods) if moods else None


def assert_equal():
    for call in Call.objects.prefetch_related("answers", "feedback_requests__feedback"):
        date, rating = call.ended_at or call.created_at, Rating.objects.filter(call=call).first()
        heard = {row.issue: row.at for row in CallIssue.objects.filter(call=call)}
        assert heard == {issue: date for issue in (rating.issues if rating else [])}
        assert call.wrapped_up_at == (rating and rating.first_saved_at)
        assert rating is None or rating.called_at == date
        answer = CallAnswer.objects.filter(call=call).first()
        assert (answer and answer.mood) == told(call) and (answer is None or answer.at == date)
    legs = RatingLeg.objects.select_related("rating__call", "delivery")
    wanted = {leg.delivery_id: leg.rating.call for leg in legs if leg.revision == leg.rating.revision and waits(leg)}
    parked = {row.delivery_id: (row.call_id, row.at) for row in CallParked.objects.all()}
    assert parked == {pk: (call.pk, call.ended_at or call.created_at) for pk, call in wanted.items()}
    for word in WORDS:
        wanted = {pk for pk, notes in Rating.objects.values_list("call", "notes") if has(notes, word)}
        found = probes.words(word)
        assert set(found.calls) == wanted
        assert set(Call.objects.filter(found.walked).values_list("pk", flat=True)) == wanted


def waits(leg):
    """For a person."""
    return leg.delivery.state == PARKED


def has(notes, word):
    letters = "".join(letter if letter.isalnum() else " " for letter in notes.lower())
    return any(one.startswith(word) for one in letters.split())


class CopiesAreEqual(TestCase):
    @settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(DEEDS, max_size=14))
    def test_whatever_is_written_by_whomever(self, deeds):
        book = Book()
        for name, *arguments in deeds:
            getattr(book, name)(*arguments)
        assert_equal()


def test_moods_are_told_by_one_rule(world):
    for mood, rule in OF_MOOD.items():
        for kind, name, values in (("nps", "nps_score", range(11)), ("stars", "star_rating", range(1, 6))):
            for value in values:
                call = make_call(world.agent, world.marta)
                fields = {"call": call, "kind": kind, "left_at": BEGAN, name: value, "source": FeedbackSource.KEYPAD}
                answer = Feedback.objects.create(**fields)
                is_of_it = Feedback.objects.filter(rule, pk=answer.pk).exists()
                assert is_of_it == (CallAnswer.objects.get(call=call).mood == mood)


def test_a_deleted_call_leaves_nothing_behind(world):
    call = make_call(world.agent, world.marta)
    Feedback.objects.create(call=call, kind="stars", star_rating=1, left_at=BEGAN, source=FeedbackSource.KEYPAD)
    call.delete()
    assert not CallAnswer.objects.exists() and not CallIssue.objects.exists()


def test_copies_that_nobody_kept_are_filled():
    """A database from before the triggers, or one whose triggers somebody took away."""
    copies.remove(connection)
    book = Book()
    book.rate(0, ["ECHO"], "Echo, twice")
    book.send(0, "plivo", PARKED)
    book.answer(1, ("nps_score", FeedbackKind.NPS, 3))
    CallIssue.objects.create(call_id=book.calls[2], issue="OTHERS", at=BEGAN)
    Call.objects.filter(pk=book.calls[2]).update(wrapped_up_at=BEGAN)
    assert copies.ensure(connection)
    assert_equal()
    assert not copies.ensure(connection)


class Killed(BaseException):
    pass


def killed(done, of):
    raise Killed


def test_filling_that_was_interrupted_is_gone_on_with(monkeypatch):
    """The triggers are in place, and yet nobody may believe the copies."""
    monkeypatch.setattr(copies, "CHUNK", 1)
    copies.remove(connection)
    book = Book()
    for n in range(3):
        book.rate(n, ["ECHO"], "Echo, twice")
    with pytest.raises(Killed):
        copies.ensure(connection, killed)
    assert copies.is_unfilled(connection)
    fill_copies()
    assert copies.is_unfilled(connection), "somebody may be at it"
    monkeypatch.setattr(copies, "IS_LEFT", timedelta(seconds=-1))
    fill_copies()
    assert not copies.is_unfilled(connection)
    assert_equal()


def test_migrating_again_fills_what_was_left(monkeypatch):
    copies.remove(connection)
    book = Book()
    book.rate(2, ["ECHO"], "Echo, twice")
    monkeypatch.setattr(copies, "CHUNK", 1)
    with pytest.raises(Killed):
        copies.ensure(connection, killed)
    assert copies.ensure(connection) and not copies.ensure(connection)
    assert_equal()


def test_nobody_fills_while_a_migration_has_the_triggers_away(monkeypatch):
    monkeypatch.setattr(copies, "IS_LEFT", timedelta(seconds=-1))
    copies._mark(connection)
    copies.remove(connection)
    assert copies.go_on(connection) is False
    assert copies.ensure(connection)


@pytest.mark.django_db(transaction=True)
def test_migrating_back_and_forth_leaves_the_copies_equal():
    book = Book()
    book.rate(0, ["ECHO"], "Echo, twice")
    book.answer(0, ("nps_score", FeedbackKind.NPS, 3))
    call_command("migrate", "feedback", "0017", verbosity=0)  # the last one without copies
    try:
        Call.objects.filter(pk=book.calls[0]).update(ended_at=BEGAN + timedelta(hours=9))
    finally:
        call_command("migrate", verbosity=0)
    assert_equal()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the index is PostgreSQL's")
def test_words_are_asked_as_their_index_has_them():
    """One letter of difference, and every note of the house is read for each search."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT 1 FROM feedback_rating WHERE {notes._in_postgres('notes')}", ["echo:*"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "rating_notes_words" in plan and "Index Cond: (to_tsvector" in plan


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite looks for them with an expression")
def test_a_note_that_is_walked_past_is_looked_at_for_letters_before_its_words_are_made_out():
    """Making them out of thirty thousand notes is what one waits for."""
    sql, params = Rating.objects.filter(notes.says("notes", ["echo", "line"])).order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        (looks,) = [line for (line,) in cursor.fetchall() if "Filter:" in line]
    assert looks.index("'echo'") < looks.index("'line'") < looks.index("to_tsvector")
