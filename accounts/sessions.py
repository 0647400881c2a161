"""How long a sign-in lasts, and how it is ended from elsewhere.

ASVS 7.3 asks for an idle and an absolute limit and suggests half an hour idle; a supervisor's wall
screen and an agent waiting for calls would be thrown out all day. So: one shift without a person's
touch (`SESSION_IDLE_SECONDS`), one day whatever happens (`SESSION_COOKIE_AGE`).
"""

import time

from allauth.account.utils import perform_login
from allauth.usersessions.models import UserSession
from django.conf import settings

STARTED, TOUCHED = "signed_in_at", "touched_at"  # keys in the session, seconds since 1970
# Noting every click would make each read a write; a minute is exact enough for hours.
NOTE_EVERY = 60


def sign_in(request, user, to):
    """Sign in somebody who has just proved who they are; the answer leads to the address `to`."""
    return perform_login(request, user, redirect_url=to)


def begin(session):
    """Stamp a session that has just been signed in."""
    session[STARTED] = session[TOUCHED] = time.time()


def is_over(session):
    """Whether a signed-in session has passed one of its limits. One without stamps is over too."""
    now, started = time.time(), session.get(STARTED, 0)
    idle_since = session.get(TOUCHED, started)
    return now - started >= settings.SESSION_COOKIE_AGE or now - idle_since >= settings.SESSION_IDLE_SECONDS


def is_touch(request):
    """Whether a person did this: a page that refreshes a part of itself is nobody's touch."""
    return not (request.method == "GET" and request.headers.get("HX-Request") == "true")


def note(request):
    """Remember the touch, at most once a minute, in the session and in the list the person sees."""
    if not is_touch(request) or time.time() - request.session[TOUCHED] < NOTE_EVERY:
        return
    request.session[TOUCHED] = time.time()
    UserSession.objects.create_from_request(request)


def end_all(user, but=None):
    """End a person's sessions at once, except the one with the key `but`. Returns how many."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=but or "")
    for session in sessions:
        session.end()
    return len(sessions)
