"""Each of the sixteen words of CCAI's page, and every way forward between them, on a call in the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from calls import sync
from calls.choices import CallStatus
from calls.models import Call
from calls.status import normal
from integrations.contracts import CallReport
from tests.world import make_call

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
#  the page's word         ours           live   ended  wrap-up
TABLE = (
    ("Selecting",            "queued",      True,  False, False),
    ("Queued",               "queued",      True,  False, False),
    ("Assigned",             "ringing",     True,  False, False),
    ("Connecting",           "ringing",     True,  False, False),
    ("Connected",            "in_progress", True,  False, False),
    ("Finished",             "completed",   False, True,  True),
    ("Failed",               "failed",      False, True,  True),
    ("Switching",            "ringing",     True,  False, False),
    ("Recovered",            "completed",   False, True,  True),
    ("Scheduled",            "scheduled",   False, False, False),
    ("Action Only",          "in_progress", True,  False, False),
    ("Action Only Finished", "completed",   False, True,  True),
    ("Deflected",            "deflected",   False, True,  True),
    ("Voicemail",            "voicemail",   False, True,  True),
    ("Voicemail Received",   "voicemail",   False, True,  True),
    ("Voicemail Read",       "voicemail",   False, True,  True),
)  # fmt: skip
STATUS = {word: status for word, status, *_ in TABLE}
FORWARD = (
    ("Scheduled", "Queued", "Assigned", "Connected", "Finished"),
    ("Selecting", "Queued", "Deflected", "Voicemail", "Voicemail Received", "Voicemail Read"),
    ("Assigned", "Failed", "Recovered"),
    ("Connecting", "Switching", "Connected", "Finished"),
    ("Action Only", "Action Only Finished"),
    ("Queued", "Deflected"),
)
ways = pytest.mark.parametrize("way", FORWARD, ids=[f"{way[0]} to {way[-1]}" for way in FORWARD])


def report(word, seconds=0):
    at = NOON + timedelta(seconds=seconds)
    return CallReport("7", word, at=at, raw={"id": 7, "status": normal(word), "updated_at": sync.stamp(at)})


@pytest.fixture
def call(world, ccai):
    return make_call(world.agent, status=CallStatus.UNCERTAIN, vendor_id="7", asked_at=timezone.now())


def after(ccai, call, *reports):
    sync.take_in(ccai, list(reports))
    return Call.objects.get(pk=call.pk)


def test_the_page_has_sixteen():
    assert len(TABLE) == len({word for word, *_ in TABLE}) == 16


@pytest.mark.parametrize(("word", "status", "live", "ended", "wrap_up"), TABLE, ids=[row[0] for row in TABLE])
@pytest.mark.parametrize("spelling", [str, normal], ids=["as on the page", "as in the object"])
def test_each_word_of_the_page(ccai, call, word, status, live, ended, wrap_up, spelling):
    call = after(ccai, call, report(spelling(word)))
    assert (call.status, call.vendor_status) == (status, normal(word))
    assert (call.state.is_live, call.state.is_final, call.state.can_be_wrapped_up) == (live, ended, wrap_up)
    assert (call.ended_at is not None, call.wrap_up_due_at is not None) == (ended, wrap_up)


@ways
def test_the_way_forward(ccai, call, way):
    for step, word in enumerate(way):
        assert after(ccai, call, report(word, step)).status == STATUS[word]


@ways
def test_and_never_back(ccai, call, way):
    """The same words, the last one first, each twice."""
    sights = [report(word, step) for step, word in enumerate(way)]
    for sight in [*reversed(sights), *sights]:
        call = after(ccai, call, sight)
        assert call.status == STATUS[way[-1]] and call.vendor_status == normal(way[-1])


@pytest.mark.parametrize("word", [row[0] for row in TABLE if row[3]])
def test_what_has_ended_is_not_live_again_whatever_comes_late(ccai, call, word):
    after(ccai, call, report(word, 50))
    for other, _, live, _, _ in TABLE:
        if live or other == "Scheduled":
            assert after(ccai, call, report(other, 60)).state.is_final, other
