"""What the schema page says of every address: what our token is, and which errors it answers with."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

ERRORS = {
    400: "The body is not readable JSON.",
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The token may only read, or this is not for its user's role.",
    404: "There is no such thing, or it is not the user's to see.",
    409: "It does not fit what is there now, or the Idempotency-Key was used with another body.",
    413: "The body is longer than we read.",
    415: "The body is not JSON by its Content-Type.",
    422: "A field, a filter or a rule refuses it; `param` names the field.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "Make one under Profile, API tokens."}


class ErrorSerializer(serializers.Serializer):
    """Every error of the API. New words for `type` may come; the status says the same."""

    type = serializers.CharField(help_text="such as invalid_request, not_found, conflict")
    message = serializers.CharField(help_text="a sentence for a person")
    param = serializers.CharField(required=False, help_text="the field at fault, with dots inside objects")


class Operation(AutoSchema):
    """Spectacular's reading of a view, with the errors that it may answer with.

    A view that is no list and yet refuses what its query says tells so with `reads_query = True`.
    """

    def _get_response_bodies(self, direction="response"):
        errors = {
            str(code): self._get_response_for_code(ErrorSerializer, str(code), direction=direction)
            | {"description": ERRORS[code]}
            for code in sorted(self._error_codes())
        }
        return super()._get_response_bodies(direction) | errors

    def _error_codes(self):
        codes = {401, 429}
        if self.method != "GET":
            codes |= {403, 409}
        if self.method in ("POST", "PUT", "PATCH") and self.get_request_serializer():
            codes |= {400, 404, 413, 415, 422}
        if "{" in self.path:
            codes.add(404)
        if self._is_list_view() or getattr(self.view, "reads_query", False):
            codes.add(422)
        return codes
