"""What every REST endpoint shares, tried through the users and a small endpoint that takes a body."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts.api import Conflict, Unprocessable
from accounts.choices import Scope
from accounts.models import ApiToken
from tests.world import make_user

pytestmark = pytest.mark.both  # text edges and unique rows are the database's

USERS = "/api/v1/users/"


class NoteSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=20)
    stars = serializers.FloatField(required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=5), required=False)
    extra = serializers.JSONField(required=False)


class NoteView(APIView):
    """Takes a note and gives it back; a text of one of our errors' names raises it."""

    raising = {
        "conflict": Conflict("There is one already."),
        "rule": Unprocessable("Not at night.", param="to"),
        "denied": PermissionDenied("Not for your role."),
        "gone": Http404(),
        "model": ModelError({"name": ["Too plain."]}),
    }

    def post(self, request):
        serializer = NoteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        if error := self.raising.get(serializer.validated_data["text"]):
            raise error
        return Response(serializer.validated_data, status=201)


urlpatterns = [path("api/v1/notes/", NoteView.as_view()), path("", include("config.urls"))]


@pytest.fixture
def notes(world, api, settings):
    """`notes(body)` posts a body, as text or bytes, with a token that may write."""
    settings.ROOT_URLCONF = __name__
    client = api(world.agent)

    def post(body, content_type="application/json", **headers):
        return client.post("/api/v1/notes/", body, content_type=content_type, headers=headers)

    return post


def bearer(secret):
    return APIClient().get(USERS, headers={"Authorization": secret})


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer ac_unknown",
        "Bearer \xff\xfe",
        "Token abc",
        "Basic YTpi",
        "bearer " + "x" * 5000,
    ],
)
def test_without_a_good_token_the_answer_is_401_as_json_and_names_the_scheme(world, header):
    response = bearer(header)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/json"
    assert response.json()["type"] == "authentication_error"
    assert response.json()["message"]


def test_a_browsers_session_opens_no_api(as_admin):
    assert as_admin.get(USERS).status_code == 401


def test_a_token_needs_no_csrf_and_no_session(world, notes):
    response = notes('{"text": "hello"}')
    assert (response.status_code, response.json()) == (201, {"text": "hello"})
    assert not response.cookies


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_revoked_or_expired_token_is_refused_in_the_words_of_an_unknown_one(world, change):
    _, secret = ApiToken.objects.issue(world.agent, "x")
    assert bearer(f"Bearer {secret}").status_code == 200
    ApiToken.objects.update(**change)
    assert bearer(f"Bearer {secret}").json() == bearer("Bearer ac_unknown").json()


def test_a_token_that_reads_may_not_write(world, api, settings):
    settings.ROOT_URLCONF = __name__
    response = api(world.agent, Scope.READ).post("/api/v1/notes/", {"text": "hello"})
    assert response.status_code == 403
    assert response.json() == {"type": "permission_error", "message": "This token may only read."}


def test_last_use_is_noted_once_a_minute(world, api, django_assert_num_queries):
    client = api(world.agent)
    client.get(USERS)
    used = ApiToken.objects.get().last_used_at
    client.get(USERS)
    assert ApiToken.objects.get().last_used_at == used
    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1)):
        client.get(USERS)
    assert ApiToken.objects.get().last_used_at > used


@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v1/users", "/api/v2/users/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address_is_404_as_json_for_anybody(db, client, address, method):
    response = getattr(client, method)(address)
    assert response.status_code == 404
    assert response.json()["type"] == "not_found"


def test_a_method_that_is_not_there_is_405_and_names_those_that_are(world, api):
    response = api(world.agent).delete(f"{USERS}{world.agent.pk}/")
    assert response.status_code == 405
    assert response.json()["type"] == "method_not_allowed"
    assert "GET" in response["Allow"]


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "text/html"]
)
def test_a_body_that_is_not_json_is_415(notes, content_type):
    response = notes("text=hello", content_type)
    assert response.status_code == 415
    assert response.json()["type"] == "unreadable_request"


def test_an_answer_we_do_not_speak_is_406(world, api):
    response = api(world.agent).get(USERS, headers={"Accept": "application/xml"})
    assert response.status_code == 406
    assert response.json()["type"] == "not_acceptable"


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "nothing",
        '{"text": "a", "text": "b"}',
        '{"text": "a", "stars": NaN}',
        '{"text": "a", "stars": -Infinity}',
        '{"text": "a", "stars": 1e999}',
        '{"text": "a", "stars": ' + "9" * 5000 + "}",
        b'{"text": "\xff"}',
        '\ufeff{"text": "a"}',
        "[" * 100_000,
        '{"text": "a"} {"text": "b"}',
    ],
)
def test_json_that_no_standard_knows_is_400(notes, body):
    response = notes(body)
    assert response.status_code == 400
    assert response.json()["type"] == "unreadable_request"
    assert "not readable JSON" in response.json()["message"]


def test_a_body_longer_than_we_read_is_413(notes, settings):
    response = notes(json.dumps({"text": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}))
    assert response.status_code == 413
    assert response.json()["type"] == "unreadable_request"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ("{}", "text"),
        ("", "text"),
        ('{"text": null}', "text"),
        ('{"text": "' + "x" * 21 + '"}', "text"),
        ('{"text": "a\\u0000b"}', "text"),
        ('{"text": "a\\ud83d"}', "text"),
        ('{"text": "a", "tags": ["ok", "far too long"]}', "tags.1"),
        ('{"text": "a", "tags": ["ok", "\\u0000"]}', "tags.1"),
        ('{"text": "a", "stars": "many"}', "stars"),
        ('{"text": "a", "extra": {"deep": ["fine", "\\u0000"]}}', "extra.deep.1"),
        ('{"text": "a", "extra": {"half \\udc00": 1}}', "extra"),
    ],
)
def test_a_field_that_is_wrong_is_422_and_named(notes, body, param):
    response = notes(body)
    assert response.status_code == 422
    error = response.json()
    assert error["type"] == "invalid_request"
    assert error["param"] == param
    assert error["message"]


@pytest.mark.parametrize("body", ["[]", '"text"', "3"])
def test_a_body_that_is_no_object_is_422(notes, body):
    response = notes(body)
    assert response.status_code == 422
    assert "param" not in response.json()


@pytest.mark.parametrize(
    ("text", "status", "error"),
    [
        ("conflict", 409, {"type": "conflict", "message": "There is one already."}),
        ("rule", 422, {"type": "invalid_request", "message": "Not at night.", "param": "to"}),
        ("denied", 403, {"type": "permission_error", "message": "Not for your role."}),
        ("gone", 404, {"type": "not_found", "message": "There is no such thing, or it is not yours to see."}),
        ("model", 422, {"type": "invalid_request", "message": "Too plain.", "param": "name"}),
    ],
)
def test_every_error_has_the_shape_of_the_contract(notes, text, status, error):
    response = notes(json.dumps({"text": text}))
    assert (response.status_code, response.json()) == (status, error)


def test_emoji_and_all_writing_come_back_as_sent(notes):
    assert notes('{"text": "größer 🦉 日本"}').json() == {"text": "größer 🦉 日本"}


def test_too_many_requests_are_429_with_the_seconds_to_wait(world, api, monkeypatch):
    monkeypatch.setattr("accounts.api.TokenThrottle.THROTTLE_RATES", {"token": "2/min"})
    client, other = api(world.agent), api(world.colleague)
    answers = [client.get(USERS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["type"] == "rate_limit_error"
    assert 0 < int(answers[2]["Retry-After"]) <= 61
    assert other.get(USERS).status_code == 200


def test_pages_are_walked_by_cursor_without_losing_or_repeating_anybody(world, api):
    for n in range(5):
        make_user(f"more{n}@example.test")
    client, address, seen = api(world.admin), f"{USERS}?limit=4", []
    while address:
        page = client.get(address).json()
        assert set(page) == {"next", "previous", "results"}
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 11
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("limit", ["0", "-1", "x", "999999", "", "%00"])
def test_a_limit_that_is_none_still_answers(world, api, limit):
    response = api(world.admin).get(f"{USERS}?limit={limit}")
    assert response.status_code == 200
    assert len(response.json()["results"]) == 6


@pytest.mark.parametrize("cursor", ["abc", "cD1hYmM=", "cD0lMDA=", "bz14", "cD0xJnI9eA=="])
def test_a_cursor_nobody_gave_is_422(world, api, cursor):
    response = api(world.admin).get(f"{USERS}?cursor={cursor}")
    assert response.status_code == 422
    assert response.json()["param"] == "cursor"


@pytest.mark.parametrize(
    "cursor", ["", "%00", "cD0tMQ==", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "bz05OTk5OTk5OTk5OTk5OTk5"]
)
def test_a_cursor_beyond_all_rows_still_answers(world, api, cursor):
    assert api(world.admin).get(f"{USERS}?cursor={cursor}").status_code == 200


def test_the_schema_says_how_to_sign_in(db, client):
    schema = client.get("/api/v1/schema/?format=json").json()
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "/api/v1/users/" in schema["paths"]
