"""The product's addresses and four that fail on purpose, for the tests that look at what goes out then."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.urls import include, path
from rest_framework.views import APIView

SECRET = "what-only-the-log-may-know"


def broken(request):
    raise RuntimeError(SECRET)


def suspicious(request):
    raise SuspiciousOperation(SECRET)


def forbidden(request):
    raise PermissionDenied


class BrokenApi(APIView):
    def get(self, request):
        raise RuntimeError(SECRET)

    post = get


urlpatterns = [
    path("broken/", broken),
    path("suspicious/", suspicious),
    path("forbidden/", forbidden),
    path("api/v1/broken/", BrokenApi.as_view()),
    path("", include("config.urls")),
]
handler400 = "config.handlers.bad_request"
handler500 = "config.handlers.server_error"
