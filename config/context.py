"""What the shell around every page needs: theme, navigation, the tray, the person."""

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
            ("Calls", "list", "feedback:calls", EVERYONE),
            ("Today", "layout-dashboard", "feedback:today", SUPERVISORS),
        ),
    ),
    (
        "Set up",
        (
            ("Customers", "users", "customers:list", EVERYONE),
            ("Connections", "plug", "integrations:connections", ADMINS),
            ("Deliveries", "send", "feedback:deliveries", SUPERVISORS),
            ("Parts", "shapes", "styleguide", ADMINS),
        ),
    ),
)


def shell(request):
    """Context of base.html: theme, shortcuts_on, nav, tray_url, me. Asks the database nothing new."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "theme": theme(request, user if signed_in else None),
        "shortcuts_on": getattr(user, "shortcuts_on", True),
        "nav": navigation(user.role, request.path) if signed_in else [],
        "tray_url": reverse("feedback:tray") if signed_in else "",
        "me": person(user) if signed_in else None,
        "theme_url": reverse("accounts:theme"),
        "sign_in_url": reverse("account_login"),
    }


def theme(request, user):
    """ "light", "dark" or "" (like the device): the cookie first, else what the profile says."""
    chosen = request.COOKIES.get(themes.COOKIE) or getattr(user, "theme", "")
    return chosen if chosen in (Theme.LIGHT, Theme.DARK) else ""


def navigation(role, path):
    """Sections with the items this role may see, the one that holds `path` marked as current."""
    sections = [{"label": label, "items": _items(items, role)} for label, items in SECTIONS]
    _mark_current([item for section in sections for item in section["items"]], path)
    return [section for section in sections if section["items"]]


def _items(items, role):
    seen = [(label, icon, reverse(name)) for label, icon, name, roles in items if role in roles]
    return [{"label": label, "icon": icon, "href": href, "current": False} for label, icon, href in seen]


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
