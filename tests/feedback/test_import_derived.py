"""What the database derives of calls and answers is derived of those that a file brings, too, and of all after them."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from calls.models import Call
from feedback.explorer import copies
from feedback.inbox.moods import mood_of
from feedback.models import CallAnswer, Feedback, Stale
from feedback.tallies import triggers
from tests.feedback.answered import make_feedback
from tests.feedback.call_files import FORMS, write
from tests.world import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


def take(tmp_path):
    call_command("import_calls", str(write(tmp_path, FORMS[0])), "--location", "Riverside", stdout=StringIO())


def hour(at):
    return at.replace(minute=0, second=0, microsecond=0)


def marked():
    return set(Stale.objects.filter(is_taken=False).values_list("location_id", "hour"))


def test_each_hour_of_its_calls_and_answers_is_marked_and_each_call_has_its_mood(tmp_path, world):
    before = marked()
    take(tmp_path)
    calls, answers = Call.objects.all(), Feedback.objects.select_related("call")
    at = {call.ended_at for call in calls} | {answer.left_at for answer in answers}
    assert marked() - before == {(world.riverside.pk, hour(one)) for one in at}
    kept = set(CallAnswer.objects.values_list("call_id", "mood", "at"))
    assert kept == {(one.call_id, mood_of(one), one.call.ended_at) for one in answers} and len(kept) == 48


def test_the_same_file_again_marks_nothing(tmp_path, world):
    take(tmp_path)
    Stale.objects.all().delete()
    take(tmp_path)
    assert marked() == set()


def test_after_it_the_triggers_are_there_and_see_what_others_write(tmp_path, world):
    take(tmp_path)
    assert triggers.ensure() is False and copies.ensure(connection) is False, "nothing had to be put back"
    Stale.objects.all().delete()
    call = make_call(world.agent, world.marta, location=world.riverside)
    answer = make_feedback(world.riverside, world.marta, nps_score=2, call=call)
    assert marked() >= {(world.riverside.pk, hour(answer.left_at))}
    assert CallAnswer.objects.get(call=call).mood == "unhappy"


def test_a_fault_half_way_puts_them_back_with_all_else(world):
    from feedback.imports.written_at_once import written_at_once

    with pytest.raises(IntegrityError), transaction.atomic(), written_at_once([1, 2]):
        raise IntegrityError
    assert triggers.ensure() is False and copies.ensure(connection) is False
