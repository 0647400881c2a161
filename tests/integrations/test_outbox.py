"""What comes of a wish: each answer of a vendor, as the row, its attempts and its connection show it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from integrations import chips, connections, errors, outbox, rates, repeats
from integrations.choices import AttemptOutcome, DeliveryState, Vendor
from integrations.contracts import Delivered
from integrations.models import Attempt, Connection, Delivery
from integrations.outbox import claims, records, verdicts, work
from tests.integrations.fake_vendor import KIND, MAX_ATTEMPTS, OK
from tests.world import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def wish(payload="hello", key="call/1", **options):
    with transaction.atomic():
        return outbox.send(KIND, key, {"say": payload}, **options)


def again(row):
    return Delivery.objects.get(pk=row.pk)


def tried(vendor, *answers):
    """A fresh wish after one try for each answer, the clock moved to when each is due."""
    vendor.script = list(answers)
    row = wish()
    for _ in answers:
        assert outbox.deliver(row.pk)
        row = again(row)
    return row


def seconds_until(row):
    return (row.not_before - timezone.now()).total_seconds()


def test_a_wish_outside_a_transaction_is_refused(vendor, transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        outbox.send(KIND, "call/1", {})


def test_delivered_is_written_with_what_the_vendor_said(vendor, clock):
    row = tried(vendor, Delivered(201, "thanks", vendor_ref="r-9", note="partial", request_id="q", duration_ms=12))
    assert (row.state, row.vendor_ref, row.note, row.reason) == (DeliveryState.DELIVERED, "r-9", "partial", "partial")
    assert (row.done_at, row.owner) == (NOON, "")
    attempt = row.attempts.get()
    assert (attempt.outcome, attempt.status, attempt.words) == (AttemptOutcome.DELIVERED, 201, "thanks")
    assert (attempt.request_id, attempt.duration_ms, attempt.vendor_ref) == ("q", 12, "r-9")
    assert row.connection.last_ok_at == NOON
    assert vendor.ledger == [{"say": "hello"}]


def test_a_delivered_row_is_never_sent_again(vendor):
    row = tried(vendor, OK)
    assert not any(outbox.deliver(row.pk) for _ in range(100))
    assert len(vendor.ledger) == 1


def test_the_row_tells_its_app_when_it_is_delivered_or_parked(vendor, heard):
    tried(vendor, OK)
    with transaction.atomic():
        row = outbox.send(KIND, "call/2", {})
    vendor.script = [errors.Unavailable("Busy."), errors.Rejected("No.")]
    outbox.deliver(row.pk)
    assert [state for _, state in heard] == ["delivered"]
    Delivery.objects.filter(pk=row.pk).update(not_before=timezone.now())
    outbox.deliver(row.pk)
    assert [state for _, state in heard] == ["delivered", "parked"]


def test_a_listener_that_fails_does_not_undo_what_the_vendor_said(vendor):
    def broken(delivery):
        Delivery.objects.filter(pk=delivery.pk).update(note="half done")
        raise KeyError("bug")

    outbox.on(KIND, delivered=broken)
    row = tried(vendor, OK)
    assert (row.state, row.note) == (DeliveryState.DELIVERED, "")


def test_the_app_hears_what_the_vendor_replied_and_it_is_kept_nowhere(vendor):
    heard = []
    outbox.on(KIND, delivered=lambda delivery: heard.append(delivery.result))
    secret = {"row": {"invite_url": "https://x.test/i?code=1"}}
    refused = errors.Rejected("Changed meanwhile.", result={"conflict": {"name": "B"}})
    tried(vendor, Delivered(201, result=secret))
    with transaction.atomic():
        outbox.send(KIND, "call/2", {})
    vendor.script = [refused]
    outbox.deliver_due()
    assert heard == [secret, {"conflict": {"name": "B"}}]
    assert "code=1" not in str(list(Delivery.objects.values()) + list(Attempt.objects.values()))


# --- asked right before it is sent


def test_one_that_may_not_go_now_waits_and_costs_no_try(vendor, clock):
    tomorrow = NOON + timedelta(hours=21)
    asked = []

    def ready(delivery):
        asked.append((delivery.pk, connection.in_atomic_block))
        return outbox.NotNow(tomorrow, "It is night there.") if timezone.now() < tomorrow else None

    outbox.on(KIND, ready=ready)
    row = wish()
    assert not outbox.deliver(row.pk)
    assert vendor.ledger == [] and asked[0][0] == row.pk
    fresh = again(row)
    assert (fresh.state, fresh.reason, fresh.not_before, fresh.owner) == ("pending", "It is night there.", tomorrow, "")
    assert fresh.tries == 0
    attempt = fresh.attempts.get()
    assert (attempt.outcome, attempt.sentence) == (AttemptOutcome.NOT_SENT, "It is night there.")
    assert fresh.connection.last_error_at is None, "nothing was wrong with the vendor"
    chip = chips.of(fresh)
    assert (chip.label, chip.why, chip.more) == ("Waiting", "It is night there.", chips.clock_time(tomorrow))
    clock.move_to(tomorrow)
    assert outbox.deliver(row.pk) and again(row).state == DeliveryState.DELIVERED


def test_a_wait_that_is_over_already_is_still_a_wait(vendor, clock):
    outbox.on(KIND, ready=lambda delivery: outbox.NotNow(NOON - timedelta(days=1), "Late."))
    row = wish()
    assert outbox.deliver_due(until_empty=True) == 0
    assert seconds_until(again(row)) == verdicts.SHORTEST_REST


def test_one_that_may_never_go_ends_with_the_reason_and_its_app_hears_of_it(vendor):
    heard = []
    outbox.on(
        KIND,
        delivered=lambda delivery: heard.append((str(delivery.state), delivery.result)),
        ready=lambda delivery: outbox.NoMore("The customer opted out."),
    )
    row = wish()
    assert not outbox.deliver(row.pk) and vendor.ledger == []
    fresh = again(row)
    assert (fresh.state, fresh.reason) == (DeliveryState.NOT_APPLICABLE, "The customer opted out.")
    assert fresh.done_at and heard == [("not_applicable", {})]


@pytest.mark.parametrize("ready", [lambda delivery: 1 / 0, lambda delivery: "yes"])
def test_one_whose_app_cannot_say_is_parked_and_never_sent(vendor, ready, caplog):
    outbox.on(KIND, ready=ready)
    row = wish()
    assert not outbox.deliver(row.pk) and vendor.ledger == []
    assert again(row).state == DeliveryState.PARKED and again(row).reason.startswith("Internal error (")
    assert any(record.exc_info for record in caplog.records)


def test_a_claim_that_was_lost_while_the_app_was_asked_sends_nothing(vendor, clock, monkeypatch):
    def slow(delivery):
        clock.shift(61)
        outbox.on(KIND)
        assert outbox.deliver(delivery.pk), "another worker takes it"
        monkeypatch.setattr(claims, "ticks", lambda: later)

    later = claims.ticks() + 61  # no test turns the machine's own clock
    outbox.on(KIND, ready=slow)
    row = wish()
    assert not outbox.deliver(row.pk)
    assert len(vendor.ledger) == 1 and again(row).state == DeliveryState.DELIVERED


@pytest.mark.parametrize("number, step", list(enumerate(verdicts.BACKOFF, 1)))
def test_each_wait_is_longer_than_the_one_before(number, step):
    waits = {verdicts.backoff(number) for _ in range(200)}
    assert step * 0.8 <= min(waits) < step < max(waits) <= step * 1.2


def test_unavailable_waits_and_says_why(vendor, clock):
    row = tried(vendor, errors.Unavailable("Plivo answered 503.", status=503, words="down"))
    assert (row.state, row.reason, row.maybe_double) == (DeliveryState.PENDING, "Plivo answered 503.", False)
    assert 4 <= seconds_until(row) <= 6
    assert (row.attempts.get().outcome, row.attempts.get().status) == (AttemptOutcome.UNAVAILABLE, 503)
    assert not outbox.deliver(row.pk), "it is not due yet"
    clock.shift(7)
    assert outbox.deliver(row.pk)
    assert again(row).state == DeliveryState.DELIVERED


@pytest.mark.parametrize("asked, least, most", [(30, 30, 30), (1, 4, 6), (-1, 4, 6), (1e9, 86400, 86400)])
def test_the_longer_of_our_wait_and_the_vendors_holds_up_to_a_day(vendor, clock, asked, least, most):
    row = tried(vendor, errors.Unavailable("Later.", status=503, retry_after=asked))
    assert least <= seconds_until(row) <= most


def test_uncertain_is_sent_again_and_marked(vendor, clock):
    row = tried(vendor, errors.Uncertain("No answer in time."))
    assert (row.state, row.maybe_double) == (DeliveryState.PENDING, True)
    assert row.attempts.get().outcome == AttemptOutcome.UNCERTAIN
    clock.shift(7)
    outbox.deliver(row.pk)
    assert (again(row).state, again(row).maybe_double) == (DeliveryState.DELIVERED, True)


def test_spent_attempts_end_with_a_person(vendor, clock):
    vendor.script = [errors.Unavailable("Plivo answered 503.", status=503)] * MAX_ATTEMPTS
    row = wish()
    for n in range(1, MAX_ATTEMPTS + 1):
        assert again(row).state == DeliveryState.PENDING, f"after {n - 1} tries"
        assert outbox.deliver(row.pk)
        clock.shift(2 * 86400)
    row = again(row)
    assert (row.state, row.reason) == (DeliveryState.PARKED, "Given up after 12 tries: Plivo answered 503.")
    assert row.attempts.count() == row.attempt_count == 12


def test_refused_is_parked_at_once_with_the_sentence(vendor):
    row = tried(vendor, errors.Rejected("The call is over.", status=422, words="call ended"))
    assert (row.state, row.reason) == (DeliveryState.PARKED, "The call is over.")
    assert row.attempts.get().words == "call ended"
    assert row.connection.last_error == "The call is over."


def test_misconfigured_pauses_the_connection_and_costs_no_try(vendor, clock):
    row = tried(vendor, errors.Misconfigured("Plivo does not accept the key.", status=401))
    assert (row.state, row.tries, row.attempt_count) == (DeliveryState.PENDING, 0, 1)
    assert (row.connection.paused_at, row.connection.paused_why) == (NOON, "Plivo does not accept the key.")
    other = wish(key="call/2")
    assert not outbox.deliver(row.pk) and not outbox.deliver(other.pk)
    connections.resume(row.connection)
    assert outbox.deliver_due() == 2
    assert len(vendor.ledger) == 2


def test_the_first_reason_of_a_pause_stays(vendor, clock):
    row = tried(vendor, errors.Misconfigured("The first."))
    clock.shift(60)
    connections.pause(row.connection, "The second.")
    row.connection.refresh_from_db()
    assert (row.connection.paused_at, row.connection.paused_why) == (NOON, "The first.")


def test_a_connection_that_is_off_sends_nothing(vendor):
    Connection.objects.filter(vendor=Vendor.PLIVO).update(is_on=False)
    assert not outbox.deliver(wish().pk)
    Connection.objects.filter(vendor=Vendor.PLIVO).update(is_on=True)
    assert outbox.deliver_due() == 1


def test_a_429_slows_the_whole_connection_down(vendor, clock):
    row = tried(vendor, errors.RateLimited("Too fast.", status=429, retry_after=30))
    assert row.tries == 1 and seconds_until(row) == 30
    other = wish(key="call/2")
    assert not outbox.deliver(other.pk)
    with pytest.raises(errors.RateLimited):
        rates.take(row.connection)
    clock.shift(30)
    assert outbox.deliver_due() == 2


def test_our_own_empty_bucket_is_no_try(vendor, clock):
    row = wish()
    for _ in range(MAX_ATTEMPTS + 3):
        vendor.script = [errors.RateLimited("Too many requests in this second.", retry_after=0.1)]
        assert outbox.deliver(row.pk)
        clock.shift(1)
    assert (again(row).state, again(row).tries) == (DeliveryState.PENDING, 0)


def test_what_was_learned_is_remembered_and_tried_at_once(vendor):
    row = tried(vendor, errors.Relearn("The other spelling.", status=422, learned={"spelling": "422"}))
    assert row.connection.learned == {"spelling": "422"}
    assert outbox.deliver(row.pk), "due at once"
    assert [attempt.status for attempt in row.attempts.all()] == [422, 201]


def test_a_subject_the_vendor_does_not_know_yet_is_given_up_after_its_time(vendor, clock):
    unknown = errors.NotYet("Plivo does not know this call.", status=404, give_up_after=1800)
    vendor.script = [unknown] * 20
    row = wish()
    began = timezone.now()
    while again(row).state == DeliveryState.PENDING:
        clock.move_to(again(row).not_before)
        outbox.deliver(row.pk)
    assert (again(row).state, again(row).reason) == (DeliveryState.PARKED, "Plivo does not know this call.")
    assert timedelta(seconds=1800) <= timezone.now() - began <= timedelta(seconds=1802)


def test_a_bug_of_ours_parks_one_row_and_the_rest_goes_on(vendor, caplog):
    rows = [wish(key=f"call/{n}") for n in range(3)]
    vendor.script = [KeyError("+12125550101")]
    assert outbox.deliver_due() == 3
    states = sorted(again(row).state for row in rows)
    assert states == ["delivered", "delivered", "parked"]
    assert again(rows[0]).reason == "Internal error (KeyError). The log says more."
    assert any(record.exc_info for record in caplog.records)


def test_a_bug_that_meets_every_row_does_not_fill_the_disk(vendor, caplog, monkeypatch):
    for n in range(30):
        wish(key=f"call/{n}")
    vendor.script = [KeyError("x")] * 31
    seconds = iter([1] * 30 + [62])
    monkeypatch.setattr(repeats, "_now", seconds.__next__)
    outbox.deliver_due()
    said = [record.getMessage() for record in caplog.records if record.name == "integrations.outbox.work"]
    assert len(said) == repeats.SAID
    outbox.deliver(wish(key="call/30").pk)
    assert caplog.messages[-1].endswith("(and 10 more like it, not written)")


def test_a_secret_that_cannot_be_opened_pauses_the_connection(vendor):
    from integrations.fields import SecretUnreadable

    row = tried(vendor, SecretUnreadable("The secret cannot be opened."))
    assert (row.state, row.connection.is_paused) == (DeliveryState.PENDING, True)


def test_batches_of_bad_rows_in_front_do_not_starve_a_good_one(vendor, monkeypatch):
    monkeypatch.setattr(work, "BATCH", 5)
    for n in range(12):
        wish(key=f"bad/{n}")
    good = wish(key="good")
    vendor.script = [ValueError("bad")] * 12
    assert outbox.deliver_due() == 13
    assert again(good).state == DeliveryState.DELIVERED


def test_rows_of_a_kind_this_worker_does_not_know_are_left_alone(vendor):
    row = wish()
    Delivery.objects.filter(pk=row.pk).update(kind="from.tomorrow")
    assert outbox.deliver_due() == 0
    assert again(row).state == DeliveryState.PENDING


def test_deliver_due_keeps_to_its_limit_and_vendor(vendor):
    for n in range(5):
        wish(key=f"call/{n}")
    assert outbox.deliver_due(limit=2) == 2
    assert outbox.deliver_due(vendor=Vendor.TRESTLE) == 0
    assert outbox.deliver_due(vendor=Vendor.PLIVO) == 3


# --- one wish after another


def test_the_same_wish_twice_is_one_delivery(vendor):
    first = wish()
    assert wish() == first
    outbox.deliver(first.pk)
    assert wish() == first
    assert Delivery.objects.count() == 1


def test_the_same_wish_is_sent_anew_where_the_first_was_refused_or_taken_back(vendor):
    refused = tried(vendor, errors.Rejected("No."))
    second = wish()
    assert (second.revision, again(refused).state) == (2, DeliveryState.SUPERSEDED)
    wish("better")
    assert wish().revision == 4
    assert outbox.deliver_due() == 1
    assert vendor.ledger == [{"say": "hello"}]


def test_a_newer_wish_replaces_a_waiting_one_and_waits_as_long(vendor, clock):
    old = tried(vendor, errors.Unavailable("Later.", status=503, retry_after=600))
    new = wish("better")
    assert (again(old).state, again(old).reason) == (DeliveryState.SUPERSEDED, "Replaced by a newer wish.")
    assert (new.revision, seconds_until(new)) == (2, 600)
    assert not outbox.deliver(new.pk)
    clock.shift(600)
    assert outbox.deliver_due() == 1
    assert vendor.ledger == [{"say": "better"}]


def test_a_newer_wish_replaces_one_that_needs_a_person(vendor, admin):
    old = tried(vendor, errors.Rejected("No."))
    wish("better")
    assert again(old).state == DeliveryState.SUPERSEDED
    with pytest.raises(outbox.CannotRetry):
        outbox.retry(old, admin)


def test_a_newer_wish_waits_behind_one_in_flight(vendor):
    old = wish()
    claim = claims.claim(old.pk)
    new = wish("better")
    assert again(old).state == DeliveryState.PENDING
    assert not outbox.deliver(new.pk)
    assert records.record(claim, verdicts.of(OK, tries=1, max_attempts=12, age=0), OK)
    assert outbox.deliver(new.pk)
    assert [again(row).state for row in (old, new)] == ["delivered", "delivered"]


def test_one_in_flight_that_must_wait_gives_way_to_the_newer_wish(vendor, clock):
    old = wish()
    vendor.script = [lambda: wish("better") and errors.Unavailable("Later.", status=503, retry_after=90)]
    outbox.deliver(old.pk)
    assert again(old).state == DeliveryState.SUPERSEDED
    new = Delivery.objects.get(revision=2)
    assert seconds_until(new) == 90, "the vendor's wish for quiet is handed down"


def test_one_in_flight_that_is_refused_needs_nobody_when_a_newer_wish_came(vendor):
    old = wish()
    vendor.script = [lambda: wish("better") and errors.Rejected("No.")]
    outbox.deliver(old.pk)
    assert (again(old).state, old.attempts.get().sentence) == (DeliveryState.SUPERSEDED, "No.")
    assert outbox.deliver_due() == 1


def test_a_row_claimed_after_it_was_read_is_not_replaced(vendor):
    from integrations.outbox import endings

    read = again(wish())
    assert claims.claim(read.pk)
    assert not endings.supersede(read, timezone.now())
    assert again(read).is_leased


def test_a_wait_that_is_handed_down_does_not_touch_what_is_in_flight(vendor, clock):
    from integrations.outbox import endings

    old = wish()
    new = wish("better")
    held = claims.claim(new.pk)
    endings.hand_down_wait(again(old), timezone.now() + timedelta(hours=1))
    assert records.record(held, verdicts.of(OK, tries=1, max_attempts=12, age=0), OK)


def test_not_applicable_is_born_final_and_said_once(vendor):
    with transaction.atomic():
        row = outbox.not_applicable(KIND, "call/1", "Not rated")
        assert outbox.not_applicable(KIND, "call/1", "Not rated") == row
        other = outbox.not_applicable(KIND, "call/1", "No Plivo call id")
    assert (row.state, row.reason) == (DeliveryState.NOT_APPLICABLE, "Not rated")
    assert other.revision == 2
    assert outbox.deliver_due() == 0


def test_not_applicable_takes_back_a_wish_that_waits(vendor):
    row = wish()
    with transaction.atomic():
        outbox.not_applicable(KIND, "call/1", "Not rated")
    assert again(row).state == DeliveryState.SUPERSEDED
    assert outbox.deliver_due() == 0


def test_not_applicable_may_name_a_vendor_nothing_is_delivered_to_yet():
    with transaction.atomic():
        row = outbox.not_applicable("feedbackapi.feedback_request", "call/1", "Not connected", vendor="feedbackapi")
    assert row.connection.vendor == Vendor.FEEDBACKAPI


# --- people


@pytest.fixture
def admin():
    return make_user("ana@example.test", "admin", name="Ana")


def test_a_person_sends_a_parked_one_again_with_all_its_tries(vendor, admin, clock):
    row = tried(vendor, errors.Rejected("No."))
    fresh = outbox.retry(row, admin, "The number was mended.")
    assert (fresh.state, fresh.tries, fresh.done_at) == (DeliveryState.PENDING, 0, None)
    assert outbox.deliver(row.pk)
    assert again(row).state == DeliveryState.DELIVERED
    entry = AuditEntry.objects.get(object_id=str(row.pk))
    assert (entry.actor, entry.reason) == (admin, "The number was mended.")


def test_a_row_that_killed_its_workers_is_counted_anew_after_a_person_sent_it_again(vendor, admin, clock):
    row = wish()
    for _ in range(3):
        assert claims.claim(row.pk)
        clock.shift(61)
    assert not outbox.deliver(row.pk) and again(row).state == DeliveryState.PARKED
    outbox.retry(row, admin)
    assert claims.claim(row.pk)
    clock.shift(61)
    assert outbox.deliver(row.pk), "one death is bad luck again"
    assert again(row).state == DeliveryState.DELIVERED


def test_a_subject_the_vendor_did_not_know_gets_its_time_again_when_a_person_sends_it_again(vendor, admin, clock):
    unknown = errors.NotYet("Plivo does not know this call.", status=404, give_up_after=1800)
    vendor.script = [unknown] * 20
    row = wish()
    while again(row).state == DeliveryState.PENDING:
        clock.move_to(again(row).not_before)
        outbox.deliver(row.pk)
    clock.shift(1)
    outbox.retry(row, admin)
    assert outbox.deliver(row.pk)
    assert again(row).state == DeliveryState.PENDING


def test_a_parked_one_with_a_newer_wish_behind_it_is_not_sent_again(vendor, admin):
    """Two transactions that did not see each other can leave it so."""
    old = wish()
    wish("better")
    Delivery.objects.filter(pk=old.pk).update(state=DeliveryState.PARKED)
    with pytest.raises(outbox.CannotRetry, match="newer wish"):
        outbox.retry(old, admin)
    assert again(old).state == DeliveryState.PARKED


def test_a_second_press_of_retry_is_refused(vendor, admin):
    row = tried(vendor, errors.Rejected("No."))
    outbox.retry(row, admin)
    with pytest.raises(outbox.CannotRetry):
        outbox.retry(row, admin)
    assert AuditEntry.objects.count() == 1


# --- workers that die, freeze and come back


def test_a_dead_workers_row_comes_due_again_and_its_attempt_is_uncertain(vendor, clock):
    row = wish()
    claims.claim(row.pk)  # and the worker is gone
    assert not outbox.deliver(row.pk)
    clock.shift(61)
    assert outbox.deliver(row.pk)
    row = again(row)
    assert [attempt.outcome for attempt in row.attempts.all()] == ["uncertain", "delivered"]
    assert row.maybe_double


def test_a_frozen_worker_wakes_after_its_lease_and_changes_nothing(vendor, clock):
    """Random search does not find this order (RELIABILITY finding 14)."""
    row = wish()
    frozen = claims.claim(row.pk)
    clock.shift(61)
    vendor.script = [errors.Unavailable("Plivo answered 503.", status=503)]
    outbox.deliver(row.pk)
    before = Delivery.objects.filter(pk=row.pk).values().get()
    assert not records.record(frozen, verdicts.of(OK, tries=1, max_attempts=12, age=0), OK)
    assert Delivery.objects.filter(pk=row.pk).values().get() == before
    first = row.attempts.first()
    assert first.outcome == AttemptOutcome.UNCERTAIN
    assert first.sentence.endswith("it saw: delivered")


@pytest.mark.parametrize("column, value", [("owner", "another"), ("version", 99), ("state", DeliveryState.PARKED)])
def test_a_claim_holds_only_while_owner_version_and_state_are_as_it_left_them(vendor, column, value):
    """Each by itself: one of the three must do when the other two happen to agree."""
    held = claims.claim(wish().pk)
    Delivery.objects.update(**{column: value})
    before = Delivery.objects.values().get()
    assert not records.record(held, verdicts.of(OK, tries=1, max_attempts=12, age=0), OK)
    assert Delivery.objects.values().get() == before


@pytest.mark.parametrize("change", [{"version": 99}, {"state": DeliveryState.PARKED}])
def test_a_row_that_changed_since_it_was_read_is_not_claimed(vendor, monkeypatch, change):
    row, look = wish(), claims._is_worth_sending

    def meanwhile(read, now):
        Delivery.objects.update(**change)
        return look(read, now)

    monkeypatch.setattr(claims, "_is_worth_sending", meanwhile)
    assert claims.claim(row.pk) is None
    assert not row.attempts.exists() and again(row).owner == ""


def test_a_worker_that_stood_still_too_long_does_not_send(vendor, settings):
    settings.DELIVERY_LEASE = settings.VENDOR_DEADLINE  # no room left for the longest exchange
    row = wish()
    assert not outbox.deliver(row.pk)
    assert vendor.ledger == []
    row = again(row)
    assert (row.state, row.tries, row.attempts.get().outcome) == ("pending", 0, AttemptOutcome.NOT_SENT)
    settings.DELIVERY_LEASE = 60
    assert outbox.deliver(row.pk), "it is due at once"


def test_a_record_that_ends_its_worker_three_times_is_parked(vendor, clock, heard):
    row = wish()
    for _ in range(3):
        assert claims.claim(row.pk)
        clock.shift(61)
    assert not outbox.deliver(row.pk)
    assert (again(row).state, again(row).reason) == ("parked", "Sending it ended the worker 3 times.")
    assert set(row.attempts.values_list("outcome", flat=True)) == {"uncertain"}
    assert heard == [(row.pk, "parked")]


def test_a_replaced_row_left_by_a_dead_worker_gives_way(vendor, clock):
    old = wish()
    claims.claim(old.pk)
    new = wish("better")
    clock.shift(61)
    assert not outbox.deliver(old.pk)
    assert outbox.deliver(new.pk)
    assert [again(row).state for row in (old, new)] == ["superseded", "delivered"]
    assert old.attempts.get().outcome == AttemptOutcome.UNCERTAIN
    assert again(old).maybe_double, "its worker may have sent it"
