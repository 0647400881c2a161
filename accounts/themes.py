"""Light or dark: a cookie for the next page, the profile for the next sign-in."""

from django.conf import settings

from accounts.choices import Theme

COOKIE = "theme"
ONE_YEAR = 365 * 24 * 60 * 60


def remember(response, theme):
    """Set the cookie, or drop it where the device decides. Scripts read it, so it is not HttpOnly."""
    if theme == Theme.SYSTEM:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, theme, max_age=ONE_YEAR, samesite="Lax", secure=secure)
