"""The suite itself: what its parts promise to every other test."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from tests.patience import until
from tests.servers import answers


@pytest.mark.both
@pytest.mark.django_db
def test_the_database_is_not_the_one_people_work_in():
    assert "test" in str(connection.settings_dict["NAME"])


@pytest.mark.django_db
def test_the_test_database_of_sqlite_is_a_file_that_other_processes_can_open():
    if connection.vendor == "sqlite":
        assert str(connection.settings_dict["NAME"]).endswith("test.sqlite3")
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_live_server_answers_on_a_socket(live):
    assert answers(f"{live.url}/healthz")


def test_a_gunicorn_of_its_own_shows_what_the_test_wrote(gunicorn, world):
    assert answers(f"{gunicorn.url}/accounts/login/")
    assert Client().get("/healthz").status_code == 200


@pytest.mark.both
def test_a_real_worker_does_what_the_test_asked_for(qcluster, world):
    from django_q.tasks import async_task

    async_task("tests.config.deeds.rename", world.agent.pk, "Done by the worker")
    until(
        lambda: get_user_model().objects.filter(pk=world.agent.pk, name="Done by the worker").exists(),
        what="the worker has renamed the agent",
        but_see=qcluster,
    )
