"""Dockerfile and compose file, read by parsers: containers cannot be run where these tests run."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).parents[2]


@pytest.fixture
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.fixture
def docker(tmp_path):
    (tmp_path / "Dockerfile").write_text((ROOT / "Dockerfile").read_text())
    return DockerfileParser(str(tmp_path))


def test_the_four_parts_and_the_migration_are_there(compose):
    assert set(compose["services"]) == {"web", "worker", "postgres", "redis", "migrate"}


def test_web_and_worker_share_one_image_and_one_set_of_addresses(compose):
    web, worker = compose["services"]["web"], compose["services"]["worker"]
    assert web["image"] == worker["image"]
    assert web["environment"] == worker["environment"]
    assert web["environment"]["DATABASE_URL"].startswith("postgres://")
    assert web["environment"]["REDIS_URL"].startswith("redis://")


def test_the_worker_is_the_watched_one(compose):
    assert compose["services"]["worker"]["command"] == ["python", "manage.py", "worker"]


def test_nothing_is_published_to_the_world_and_no_password_has_a_default(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
    assert re.findall(r"\$\{\w*PASSWORD:-", (ROOT / "compose.yaml").read_text()) == []


def test_every_command_the_files_name_exists(compose, docker):
    text = " ".join(map(str, (s.get("command", "") for s in compose["services"].values()))) + docker.content
    named = set(re.findall(r"manage\.py(?:', '| )([a-z_]+)", text))
    assert {"worker", "migrate", "build_fonts"} <= named
    assert named <= set(get_commands())


def test_what_waits_for_another_waits_for_one_that_says_when_it_is_ready(compose):
    for service in compose["services"].values():
        for name, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][name]


def test_the_image_runs_the_web_server_as_a_nobody(docker):
    steps = [(step["instruction"], step["value"]) for step in docker.structure]
    assert docker.baseimage.startswith("python:3.1")
    assert [value for name, value in steps if name == "USER"] == ["aftercall"]
    assert shlex.split(steps[-1][1].strip("[]").replace(",", " "))[:2] == ["gunicorn", "config.wsgi"]


def test_the_image_carries_no_keys_and_no_data(docker):
    assert not set(docker.envs) & {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS"}
    assert {".git", ".venv", "var", "tests"} <= set((ROOT / ".dockerignore").read_text().split())
