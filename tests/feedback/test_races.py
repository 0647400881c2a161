"""People and programs at once: one rating a call, whoever comes together."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from feedback import services
from feedback.models import Rating, RatingLeg
from tests.feedback.rated import data, known_everywhere

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
AT_ONCE = 6


def together(deed):
    """What `deed(number)` gives or raises, of several threads that begin at the same moment."""
    barrier = Barrier(AT_ONCE)

    def run(number):
        barrier.wait()
        try:
            return deed(number)
        except services.CannotSave as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_one_form_sent_many_times_is_one_rating(world):
    call = known_everywhere(world.agent, world.marta)
    cleaned = data(call)
    answers = together(lambda _: services.save_rating(call, world.agent, cleaned, form_key="k", based_on=0))
    assert {(answer.pk, answer.revision) for answer in answers} == {(Rating.objects.get().pk, 1)}
    assert RatingLeg.objects.count() == 4


def test_of_many_tabs_one_wins_and_the_others_are_told(world):
    call = known_everywhere(world.agent, world.marta)
    cleaned = data(call)
    answers = together(lambda n: services.save_rating(call, world.agent, cleaned, form_key=f"tab{n}", based_on=0))
    assert sum(isinstance(answer, Rating) for answer in answers) == 1
    assert sum(isinstance(answer, services.ChangedMeanwhile) for answer in answers) == AT_ONCE - 1
    assert Rating.objects.get().revision == 1
