"""Sign-ins end in time, and times are shown in the reader's own zone."""

import zoneinfo

from django.contrib.auth import logout
from django.utils import timezone

from accounts import sessions


class SessionLimitsMiddleware:
    """Ends a sign-in that has passed its limits, and notes a person's touch."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.session.session_key and request.user.is_authenticated:
            self._keep_or_end(request)
        return self.get_response(request)

    def _keep_or_end(self, request):
        if sessions.is_over(request.session):
            logout(request)
        else:
            sessions.note(request)


class TimeZoneMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        name = getattr(request.user, "time_zone", "")
        try:
            zone = zoneinfo.ZoneInfo(name) if name else None
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = None
        with timezone.override(zone):
            return self.get_response(request)
