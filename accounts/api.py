"""What every REST endpoint shares: the bearer token, scopes, strict JSON, cursor pages, the error object.

No endpoint lives here: DRF reads these names while it loads its own views (see api_users.py).
"""

import json
import math
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.utils import timezone
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

from accounts.choices import Scope
from accounts.models import ApiToken, token_digest

# Writing "last used" on each request would make every read a write.
LAST_USED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer ac_…` → (user, token). Raises 401 for anything else that claims to be one."""

    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise exceptions.AuthenticationFailed("Send one token: Authorization: Bearer <token>.")
        token = self._find(parts[1].decode("latin-1"))
        if token is None:
            raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
        self._note_use(token)
        return token.user, token

    def authenticate_header(self, request):
        return "Bearer"

    def _find(self, secret):
        return ApiToken.objects.alive().filter(digest=token_digest(secret)).select_related("user").first()

    def _note_use(self, token):
        now = timezone.now()
        if token.last_used_at is None or now - token.last_used_at >= LAST_USED_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


class ScopePermission(BasePermission):
    """A token reads; one with the write scope writes too."""

    message = "This token may only read."

    def has_permission(self, request, view):
        if not isinstance(request.auth, ApiToken):
            raise exceptions.NotAuthenticated("Send a token: Authorization: Bearer <token>.")
        return request.method in SAFE_METHODS or request.auth.scope == Scope.WRITE


class TokenThrottle(SimpleRateThrottle):
    scope = "token"

    def get_cache_key(self, request, view):
        return f"api-rate-{request.auth.pk}" if isinstance(request.auth, ApiToken) else None


def _no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key stands twice in one object")
    return dict(pairs)


def _no_constant(word):
    raise ValueError(f"{word} is not JSON")


def _finite(digits):
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _unstorable(value, path=()):
    """The dotted name of the first text that holds a NUL or half a surrogate pair, else None."""
    if isinstance(value, str):
        bad = "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)
        return ".".join(path) if bad else None
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found = _unstorable(str(key), path) if isinstance(value, dict) else None
        found = found if found is not None else _unstorable(inner, (*path, str(key)))
        if found is not None:
            return found
    return None


class TooLarge(exceptions.APIException):
    """413: the body is longer than we read."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = f"The body is longer than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes."


class StrictJSONParser(JSONParser):
    """JSON as the standard has it: UTF-8, no NaN, no key twice. A text no database keeps is a 422 of its field."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = self._read(stream.read().decode("utf-8"))
            bad = _unstorable(data)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(f"The body is not readable JSON: {error}") from error
        if bad is not None:
            raise Unprocessable("This text holds a character that cannot be kept (NUL or half an emoji).", bad)
        return data

    def _read(self, text):
        return json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_float=_finite)


class CursorPages(CursorPagination):
    """`{"next", "previous", "results"}`, `?limit=` to 200."""

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def paginate_queryset(self, queryset, request, view=None):
        try:
            return super().paginate_queryset(queryset, request, view)
        except (exceptions.NotFound, ValueError, ModelError) as error:
            # A cursor is base64 of a value: somebody else's may hold anything.
            raise Unprocessable("This cursor is not one of ours. Start again without it.", "cursor") from error


class Conflict(exceptions.APIException):
    """409: what was asked does not fit what is there now."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = "This does not fit what is there now."


class Unprocessable(exceptions.APIException):
    """422 with the field at fault: `Unprocessable("sentence", param="to")`."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "invalid_request"

    def __init__(self, detail, param=None):
        super().__init__(detail)
        self.param = param


_TYPES = {400: "unreadable_request", 401: "authentication_error", 403: "permission_error", 404: "not_found"}
_TYPES |= {405: "method_not_allowed", 406: "not_acceptable", 409: "conflict", 413: "unreadable_request"}
_TYPES |= {415: "unreadable_request", 422: "invalid_request", 429: "rate_limit_error"}


def error_response(error, context):
    """DRF's handler: every failure becomes `{"type", "message", "param"?}` with the status of the contract."""
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is no such thing, or it is not yours to see.")
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    elif isinstance(error, ModelError):
        error = exceptions.ValidationError(error.message_dict if hasattr(error, "error_dict") else error.messages)
    if not isinstance(error, exceptions.APIException):
        return None
    return _as_response(error)


def _as_response(error):
    code, param, message = error.status_code, getattr(error, "param", None), ""
    if isinstance(error, exceptions.ValidationError):
        code = status.HTTP_422_UNPROCESSABLE_ENTITY
        param, message = _first_problem(error.detail)
    body = {"type": _TYPES.get(code, "api_error"), "message": message or str(error.detail)}
    if param:
        body["param"] = param
    headers = {"WWW-Authenticate": "Bearer"} if code == 401 else {}
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)
    return Response(body, status=code, headers=headers)


def _first_problem(detail, path=()):
    """The first sentence in DRF's nested detail and the dotted name of its field."""
    if isinstance(detail, dict):
        key, inner = next(iter(detail.items()))
        return _first_problem(inner, path if key == "non_field_errors" else (*path, str(key)))
    if isinstance(detail, list):
        return _first_problem(next((item for item in detail if item), ""), path)
    return ".".join(path), str(detail)
