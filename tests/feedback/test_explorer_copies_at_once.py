"""Two transactions at once leave no copy behind: each order is forced, and the second one waits for the first."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction

from feedback.choices import FeedbackKind
from feedback.explorer import copies
from feedback.models import CallParked, Feedback, FeedbackRequest, Rating
from integrations.choices import DeliveryState
from tests.feedback.test_explorer_copies import Book, assert_equal
from tests.patience import until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.both,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]
LATER = datetime(2026, 3, 1, 20, tzinfo=UTC)


@contextmanager
def beside(deed):
    """What stands in the block is written and not yet committed while `deed` runs on another connection, up to where
    it waits or is done."""
    pids = []

    def run():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            yield
            other = pool.submit(run)
            until(lambda: other.done() or (pids and waits(pids[0])), "the other transaction waits or is done")
        other.result()


def waits(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [pid])
        return cursor.fetchone()[0] > 0


@pytest.fixture
def book():
    return Book()


def stars(call, score):
    answer = Feedback.objects.create(kind=FeedbackKind.STARS, star_rating=score, left_at=LATER)
    return FeedbackRequest.objects.create(call_id=call, feedback=answer)


def test_two_answers_to_one_call(book):
    with beside(lambda: stars(book.calls[0], 5)):
        stars(book.calls[0], 1)
    assert_equal()


def test_an_answer_that_changes_while_a_request_is_tied_to_it(book):
    answer = Feedback.objects.create(kind=FeedbackKind.STARS, star_rating=5, left_at=LATER)
    asked = FeedbackRequest.objects.create(call_id=book.calls[0])
    with beside(lambda: FeedbackRequest.objects.filter(pk=asked.pk).update(feedback=answer)):
        Feedback.objects.filter(pk=answer.pk).update(star_rating=1)
    assert_equal()


def test_a_request_that_is_tied_while_its_answer_changes(book):
    answer = Feedback.objects.create(kind=FeedbackKind.STARS, star_rating=5, left_at=LATER)
    with beside(lambda: Feedback.objects.filter(pk=answer.pk).update(star_rating=1)):
        FeedbackRequest.objects.create(call_id=book.calls[0], feedback=answer)
    assert_equal()


def test_a_wrap_up_and_a_late_end(book):
    with beside(lambda: book.rate(0, ["ECHO"], "Echo")):
        book.date(0, LATER)
    assert_equal()


def test_a_late_end_and_a_wrap_up(book):
    with beside(lambda: book.date(0, LATER)):
        book.rate(0, ["ECHO"], "Echo")
    assert_equal()


def test_an_answer_and_a_late_end(book):
    with beside(lambda: stars(book.calls[0], 1)):
        book.date(0, LATER)
    assert_equal()


def test_a_correction_that_names_no_issue_while_copies_are_filled(book):
    book.rate(0, ["ECHO"], "Echo")
    with beside(lambda: Rating.objects.filter(call_id=book.calls[0]).update(issues=[])), connection.cursor() as cursor:
        for statement in copies.postgres.FILL:
            cursor.execute(statement, {"first": 0, "last": max(book.calls) + 1})
    assert_equal()


@pytest.fixture
def sent(book):
    """A wrap-up of which a vendor is still to be told."""
    book.rate(0, ["ECHO"], "Echo")
    book.send(0, "plivo", DeliveryState.PENDING)
    return book


def give_up(book):
    """As a worker records it, who holds nothing but the delivery."""
    book.settle(0, "plivo", DeliveryState.PARKED)


def correct(book):
    """The new wrap-up says the same to that vendor: its delivery is that of the old one."""
    with transaction.atomic():
        book.revise(0)
        book.send(0, "plivo", DeliveryState.PARKED)


def test_a_late_end_and_a_worker_that_gives_up(sent):
    with beside(lambda: give_up(sent)):
        sent.date(0, LATER)
    assert_equal()


def test_a_worker_that_gives_up_and_a_late_end(sent):
    with beside(lambda: sent.date(0, LATER)):
        give_up(sent)
    assert_equal()


def test_a_correction_and_a_worker_that_gives_up(sent):
    with beside(lambda: give_up(sent)):
        correct(sent)
    assert_equal()


def test_a_worker_that_gives_up_and_a_correction(sent):
    with beside(lambda: correct(sent)):
        give_up(sent)
    assert_equal()


def test_a_correction_that_sends_nothing_and_a_worker_that_gives_up(sent):
    with beside(lambda: give_up(sent)):
        sent.revise(0)
    assert_equal()


def test_a_worker_that_gives_up_and_a_correction_that_sends_nothing(sent):
    with beside(lambda: sent.revise(0)):
        give_up(sent)
    assert_equal()


def test_another_delivery_and_a_worker_that_gives_up_on_the_first(sent):
    with beside(lambda: give_up(sent)):
        sent.send_another(0, DeliveryState.PENDING)
    assert_equal()


def test_a_worker_that_gives_up_while_copies_are_filled(sent):
    with beside(lambda: give_up(sent)), connection.cursor() as cursor:
        for statement in copies.postgres.FILL:
            cursor.execute(statement, {"first": 0, "last": max(sent.calls) + 1})
    assert_equal()


def test_copies_that_are_filled_while_a_person_sends_again(sent):
    give_up(sent)
    copies.remove(connection)
    CallParked.objects.all().delete()
    copies.postgres.install(connection)

    def fill():
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in copies.postgres.FILL:
                cursor.execute(statement, {"first": 0, "last": max(sent.calls) + 1})

    with beside(fill):
        sent.settle(0, "plivo", DeliveryState.PENDING)
    assert_equal()
