"""Words for what a browser says about itself, and for what an audit entry says was changed."""

from django import template

register = template.Library()

# In this order: Edge and Opera also say Chrome, Chrome also says Safari.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent):
    """ "Mozilla/5.0 (Windows NT 10.0 …) … Firefox/133.0" gives "Firefox on Windows"; a program its first word."""
    name, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if not name:
        return user_agent.split("/")[0].split(" ")[0] or "Unknown"
    return f"{name} on {system}" if system else name


def _first(signs, text):
    return next((word for sign, word in signs if sign in text), "")


@register.filter
def said(changes):
    """(field in words, old, new) of an audit entry's changes; what has no two sides stands as new."""
    pairs = changes.items() if isinstance(changes, dict) else ()
    return [(str(name).replace("_", " "), *map(_word, _sides(value))) for name, value in pairs]


def _sides(value):
    return value if isinstance(value, list) and len(value) == 2 else ("", value)


def _word(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in (None, "") else str(value)
