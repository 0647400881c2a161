"""System checks find what is wrong and name what to do."""

import sqlite3

import pytest
from django.core.checks import run_checks

from config import checks, schedules

VENDORS_AWAY = {"ccai": {"base_url": "https://x.example", "hook_user": "u", "hook_password": "p"}}


def found(**how):
    return {problem.id for problem in run_checks(**how)}


def test_the_project_as_it_is_has_nothing_to_say():
    assert [problem for problem in run_checks() if problem.id.startswith("config.")] == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"timeout": 15}, "config.E001"),
        ({"timeout": 60}, "config.E001"),
        ({"retry": 60}, "config.E001"),
        ({"workers": 2}, "config.E002"),
        ({"max_attempts": 3}, "config.E003"),
        ({"ack_failures": False}, "config.E003"),
        ({"catch_up": True}, "config.E003"),
        ({"bulk": 4}, "config.E003"),
    ],
)
def test_queue_settings_that_lose_or_double_work_are_found(settings, change, problem):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, **change}
    assert problem in found()


@pytest.mark.parametrize(("keys", "problem"), [([], "config.E005"), (["short"], "config.E006"), (["§"], "config.E006")])
def test_missing_and_short_keys_are_found(settings, keys, problem):
    settings.FIELD_ENCRYPTION_KEYS = keys
    assert problem in found()


def test_debugging_at_a_public_address_is_found(settings):
    settings.DEBUG, settings.PUBLIC_URL = True, "https://aftercall.example.com"
    assert "config.E008" in found()


def test_an_old_sqlite_is_found(settings, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 0))
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert [problem.id for problem in checks.sqlite_version(None)] == ["config.E009"]


def test_a_job_whose_function_is_gone_is_found(monkeypatch):
    monkeypatch.setattr(schedules, "JOBS", (schedules.Job("gone", "calls.nowhere.at_all", 1),))
    assert "config.W003" in found()


def test_a_deployment_is_told_of_plain_http_open_hooks_and_the_sandbox(settings):
    settings.PUBLIC_URL = "http://aftercall.example.com"
    assert {"config.E007", "config.W001", "config.W002"} <= found(include_deployment_checks=True)
    settings.PUBLIC_URL, settings.VENDORS = "https://aftercall.example.com", VENDORS_AWAY
    assert not {"config.E007", "config.W001", "config.W002"} & found(include_deployment_checks=True)


def test_every_problem_names_its_remedy(settings):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 1, "timeout": 5, "bulk": 9}
    settings.FIELD_ENCRYPTION_KEYS = []
    ours = [problem for problem in run_checks(include_deployment_checks=True) if problem.id.startswith("config.")]
    assert len(ours) > 4
    assert all(problem.hint for problem in ours)
