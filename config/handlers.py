"""What goes out when a request ends in an error outside every view: the API answers its error object, pages a page."""

from django.http import JsonResponse
from django.views import defaults

API = "/api/"


def bad_request(request, exception=None):
    """400: a request that no view is asked about, such as one for a host that is not ours."""
    if not request.path.startswith(API):
        return defaults.bad_request(request, exception)
    return _error("unreadable_request", "This request could not be read, or it is for a host that is not ours.", 400)


def server_error(request):
    """500: we are at fault. What happened stands in the log under the answer's X-Request-ID, not in the answer."""
    if not request.path.startswith(API):
        return defaults.server_error(request)
    return _error("api_error", "Something broke on our side. It was written down; try again in a moment.", 500)


def _error(kind, message, status):
    return JsonResponse({"type": kind, "message": message}, status=status)
