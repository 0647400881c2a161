"""What the shell around every page needs: theme, navigation, the tray, the person."""

from functools import cache

from django.urls import reverse

from accounts import themes
from accounts.access import ADMINS, SUPERVISORS
from accounts.choices import Role, Theme

EVERYONE = tuple(Role)

# (label, icon, URL name, who sees it). The first section has no heading and fills the phone's bar.
SECTIONS = (
    (
        "",
        (
            ("Desk", "phone", "calls:desk", EVERYONE),
            ("Callbacks", "calendar-clock", "calls:callbacks", EVERYONE),
            ("Calls", "list", "feedback:calls", EVERYONE),
            ("Overview", "layout-dashboard", "feedback:overview", SUPERVISORS),
        ),
    ),
    (
        "Quality",
        (
            ("My numbers", "chart-no-axes-column", "feedback:my_numbers", (Role.AGENT,)),
            ("Alerts", "bell", "feedback:alerts", SUPERVISORS),
            ("Coaching", "headphones", "feedback:coaching", SUPERVISORS),
            ("Reports", "file-text", "feedback:reports", SUPERVISORS),
        ),
    ),
    (
        "From customers",
        (
            ("Cases", "life-buoy", "feedback:cases", EVERYONE),
            ("Requests", "mail", "feedback:requests", EVERYONE),
            ("Reviews", "star", "feedback:reviews", SUPERVISORS),
            ("Feedback", "message-square", "feedback:answers", SUPERVISORS),
        ),
    ),
    (
        "Set up",
        (
            ("Customers", "users", "customers:list", EVERYONE),
            ("Locations", "map-pin", "customers:locations", ADMINS),
            ("Client accounts", "building-2", "customers:accounts", ADMINS),
            ("Do not call", "phone-off", "customers:do_not_call", SUPERVISORS),
            ("Calling rules", "clock", "customers:calling_rules", ADMINS),
            ("Conflicts", "git-compare-arrows", "customers:conflicts", ADMINS),
            ("Users", "user-cog", "customers:users", ADMINS),
            ("Templates", "message-square-text", "feedback:templates", ADMINS),
            ("What Trestle is told", "scale", "feedback:truth", ADMINS),
            ("Connections", "plug", "integrations:connections", ADMINS),
            ("Imports", "upload", "customers:imports", ADMINS),
            ("Syncs", "refresh-cw", "integrations:syncs", ADMINS),
            ("Deliveries", "send", "feedback:deliveries", SUPERVISORS),
            ("History", "history", "accounts:history", ADMINS),
            ("Parts", "shapes", "styleguide", ADMINS),
        ),
    ),
)
# Items with a count of what is unread, or open, beside them, which the page asks for by itself.
COUNTED = {
    "calls:callbacks": "callbacks",
    "feedback:cases": "cases",
    "feedback:alerts": "alerts",
    "feedback:my_numbers": "reviewed",
    "feedback:reviews": "reviews",
    "feedback:answers": "answers",
}


def shell(request):
    """Context of base.html: theme, shortcuts_on, nav, what the page polls, me. Asks the database nothing new."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "theme": theme(request, user if signed_in else None),
        "shortcuts_on": getattr(user, "shortcuts_on", True),
        "nav": navigation(user.role, request.path) if signed_in else [],
        "troubles_url": reverse("integrations:troubles") if signed_in and user.role in ADMINS else "",
        "tray_url": reverse("feedback:tray") if signed_in else "",
        "due_count_url": reverse("calls:due_count") if signed_in else "",
        "cases_count_url": reverse("feedback:cases_count") if signed_in else "",
        "unread_url": unread_url(user.role) if signed_in else "",
        "me": person(user) if signed_in else None,
        "theme_url": reverse("accounts:theme"),
        "sign_in_url": reverse("account_login"),
    }


def unread_url(role):
    """Where the counts beside the navigation come from."""
    return reverse("feedback:unread" if role in SUPERVISORS else "feedback:my_unread")


def theme(request, user):
    """ "light", "dark" or "" (like the device): the cookie first, else what the profile says."""
    chosen = request.COOKIES.get(themes.COOKIE) or getattr(user, "theme", "")
    return chosen if chosen in (Theme.LIGHT, Theme.DARK) else ""


def navigation(role, path):
    """Sections with the items this role may see, the one that holds `path` marked as current."""
    sections = [{"label": label, "items": [dict(item) for item in items]} for label, items in _sections(role)]
    _mark_current([item for section in sections for item in section["items"]], path)
    return [section for section in sections if section["items"]]


@cache  # addresses stay as they are for as long as the process lives
def _sections(role):
    return [(label, _items(items, role)) for label, items in SECTIONS]


def _items(items, role):
    seen = [(label, icon, name) for label, icon, name, roles in items if role in roles]
    return [
        {"label": label, "icon": icon, "href": reverse(name), "current": False, "counts": COUNTED.get(name, "")}
        for label, icon, name in seen
    ]


def _mark_current(items, path):
    """The longest address that begins the path: /calls/12/ belongs to Calls, and "/" only to itself."""
    holding = [i for i in items if path == i["href"] or (i["href"] != "/" and path.startswith(i["href"]))]
    if holding:
        max(holding, key=lambda item: len(item["href"]))["current"] = True


def person(user):
    """The user block: name, role in words, and where profile and sign-out are."""
    return {
        "name": str(user),
        "role": user.get_role_display(),
        "profile_url": reverse("accounts:profile"),
        "sign_out_url": reverse("account_logout"),
    }
