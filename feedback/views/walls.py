"""Wall screens: the list of them, a new one, closing one; and the screen itself, which needs no sign-in.

The link's token goes from the address into a cookie of that screen alone, so that it stands in no log but that of the
opening, and the address on the wall opens nothing.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import limits
from accounts.access import for_supervisors
from feedback.access import get_wall
from feedback.models import WallScreen
from feedback.overview import live
from feedback.overview.board import SHOWN, Board
from feedback.scope import IN_WORDS, zone_of
from feedback.walls import services
from feedback.walls.forms import WallForm

EVERY = "5s"
FOREVER = 400 * 24 * 3600  # seconds: longer no browser keeps a cookie, and each look at the page begins anew


@for_supervisors
@require_GET
def index(request):
    """One's own that are not closed; an admin's all."""
    screens = WallScreen.objects.visible_to(request.user).filter(revoked_at=None)
    rows = screens.select_related("user", "location", "account")
    return render(request, "feedback/walls/walls.html", {"screens": rows})


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    """The form; sent well, the page that shows the link, this once."""
    form = WallForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return _issued(request, form)
    return render(request, "feedback/walls/new.html", {"form": form}, status=422 if form.is_bound else 200)


def _issued(request, form):
    chosen = {name: form.cleaned_data[name] for name in ("location", "account", "period")}
    try:
        screen, secret = services.issue(request.user, form.cleaned_data["name"], **chosen, expires_at=form.expires_at())
    except services.NameTaken as taken:  # the form was sent twice at once
        form.add_error("name", str(taken))
        return render(request, "feedback/walls/new.html", {"form": form}, status=422)
    link = settings.PUBLIC_URL.rstrip("/") + reverse("feedback:wall_open", args=[secret])
    return render(request, "feedback/walls/shown.html", {"screen": screen, "link": link}, status=201)


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request, pk):
    """Asks on GET, closes the screen on POST."""
    screen = get_wall(request.user, pk)
    if request.method != "POST":
        return render(request, "feedback/walls/revoke.html", {"screen": screen})
    services.revoke(request.user, screen)
    messages.success(request, f"Wall screen {screen.name} is closed.")
    return redirect("feedback:walls")


# --- The screen itself ----------------------------------------------------------------------------


@login_not_required
@require_GET
def follow(request, token):
    """The link: on to the screen, with its key in a cookie that only goes there."""
    if refused := limits.too_many(request, "wall"):
        return refused
    screen = services.find(token)
    if screen is None:
        return _over(request)
    return _keep(redirect("feedback:wall", pk=screen.pk), screen, token)


@login_not_required
@require_GET
def wall(request, pk):
    """The figures, large."""
    return _shown(request, pk, "wall")


@login_not_required
@require_GET
def wall_now(request, pk):
    """The same again, for the page that asks by itself. On another day the whole page is loaded, so that it keeps up
    with what was installed meanwhile."""
    answer = _shown(request, pk, "_wall")
    if answer.status_code == 404 or (answer.status_code == 200 and request.GET.get("day") != answer.day):
        answer["HX-Refresh"] = "true"
    return answer


def _shown(request, pk, name):
    if refused := limits.too_many(request, "wall"):
        return refused
    token = request.COOKIES.get(_cookie(pk), "")
    screen = services.find(token, pk) if token else None
    if screen is None:
        return _over(request)
    services.note_use(screen)
    with timezone.override(_zone(screen)):
        answer = render(request, f"feedback/walls/{name}.html", _context(screen))
        answer.day = f"{timezone.localdate():%Y-%m-%d}"
    return _keep(answer, screen, token)


def _zone(screen):
    """Its place's clock; where it shows several, its maker's."""
    return zone_of(screen.location.time_zone if screen.location else screen.user.time_zone)


def _context(screen):
    board = Board(services.scope_of(screen), SHOWN)
    here = timedelta(days=board.scope.shift(_zone(screen)))
    return {
        "first": board.scope.first + here,
        "last": board.scope.last + here,
        "screen": screen,
        "places": services.places_of(screen),
        "board": board,
        "team": live.team(board.scope, is_followed=True),
        "stale": [source for source in board.sources.stale if source.touches(board.scope)],
        "days_are": IN_WORDS,
        "every": EVERY,
        "day": f"{timezone.localdate():%Y-%m-%d}",
        "theme": "dark",
    }


def _cookie(pk):
    return f"wall-{pk}"


def _keep(answer, screen, token):
    left = (screen.expires_at - timezone.now()).total_seconds() if screen.expires_at else FOREVER
    answer.set_cookie(
        _cookie(screen.pk),
        token,
        max_age=int(min(left, FOREVER)),
        path=reverse("feedback:wall", args=[screen.pk]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _over(request):
    return render(request, "feedback/walls/over.html", status=404)
