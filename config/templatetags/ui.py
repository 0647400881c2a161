"""Small tags every template may use: icons, initials, badges, the list of stylesheets and scripts."""

from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from urllib.parse import urlsplit
from xml.etree import ElementTree
from zipfile import ZipFile

from django import template
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from integrations.text import web_address

register = template.Library()
register.filter(web_address)

# In this order: layers and tokens first, the device's and person's states last.
STYLESHEETS = [
    *("layers", "tokens", "reset", "base", "layout", "nav", "entrance"),
    *("button", "card", "badge", "form", "picklist", "seg", "chips", "stars", "nps", "table", "filters", "search"),
    *("tiles", "periods", "timeline", "facts", "callpanel", "menucall", "wrapup", "callbacks", "survey", "cases"),
    *("tray", "toast", "dialog", "empty", "banner", "plot", "pareto", "feedback-list", "inbox", "items", "shares"),
    *("progress", "import", "wall", "calllist", "states"),
]
# Modules: deferred, each in a scope of its own, so none of them makes a global.
SCRIPTS = [
    *("theme", "focus", "toasts", "shortcuts", "digits", "clock", "copy"),
    *("dialog", "once", "offline", "results", "caller-ids", "charts", "steady"),
]
FONT_STYLES = "fonts/manrope.css"
FONT_FIRST = "fonts/manrope-latin.woff2"


@register.simple_tag
def icon(name, size=18, css=""):
    """The lucide icon `name` as inline SVG, `size` pixels, hidden from screen readers."""
    return _icon(str(name), int(size), str(css))


@lru_cache(maxsize=512)
def _icon(name, size, css):
    drawing = ElementTree.fromstring(_drawings().read(f"{name}.svg"))  # noqa: S314  (the package's own)
    for part in drawing.iter():
        part.tag = part.tag.rpartition("}")[2]  # inline SVG needs no namespace
    drawing.attrib |= {"width": str(size), "height": str(size), "class": f"i {css}".strip(), "aria-hidden": "true"}
    lines = ElementTree.tostring(drawing, encoding="unicode").splitlines()
    return mark_safe("".join(line.strip() if n else line for n, line in enumerate(lines)))  # noqa: S308  (as above)


@cache
def _drawings():
    """lucide's own file. Its tags open that anew for each icon, which takes 8 ms of the first pages of a process. In
    memory: processes that were forked share the place where an open file is read."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


@register.simple_tag
def stylesheets():
    """Links to our stylesheets in their order, the typeface first if `build_fonts` has made it."""
    return _font_links() + _links('<link rel="stylesheet" href="{}">', *(f"css/{name}.css" for name in STYLESHEETS))


@register.simple_tag
def scripts():
    """Our small scripts, as modules."""
    return _links('<script type="module" src="{}"></script>', *(f"js/{name}.js" for name in SCRIPTS))


@cache  # where a file lies stays as it is for as long as the process lives
def _links(markup, *files):
    return format_html_join("\n", markup, ((static(file),) for file in files))


def _font_links():
    """Nothing if the typeface was not built: the page then shows system-ui and asks for no missing file."""
    if not finders.find(FONT_STYLES):
        return mark_safe("")
    try:
        styles, first = static(FONT_STYLES), static(FONT_FIRST)
    except ValueError:  # built after collectstatic: not in the manifest yet
        return mark_safe("")
    return format_html(
        '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>\n<link rel="stylesheet" href="{}">\n',
        first,
        styles,
    )


@register.filter
def initials(name):
    """ "Marta Oliveira" gives "MO", an e-mail its first letter, nothing a question mark."""
    words = str(name or "").split("@")[0].split()
    letters = [word[0] for word in (words[:1] + words[1:][-1:]) if word]
    return "".join(letters).upper() or "?"


@register.inclusion_tag("ui/outside.html")
def outside(url, label="", css="link"):
    """A link to a stranger's page, in a new tab, with its host named; nothing where no link may go there."""
    address = web_address(url)
    return {"url": address, "host": urlsplit(address).hostname if address else "", "label": label, "css": css}


@register.filter
def clock(seconds):
    """Seconds as mm:ss, with hours from one hour on; a dash for None."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


@register.filter
def star_width(stars):
    """How much of five stars to fill: 4.5 gives "90" (percent)."""
    return f"{min(max(float(stars or 0), 0), 5) * 20:g}"


@register.simple_tag
def badge(label, tone="", icon_name="", more=""):
    """A chip with a word: `tone` is good, warn, bad, info or empty; `more` is said after it, more quietly."""
    return _badge(str(label), tone, icon_name, str(more))


# A list says the same few words on each line. Typed: what is safe and what is to be escaped are not the same word.
@lru_cache(maxsize=1024, typed=True)
def _badge(label, tone, icon_name, more):
    context = {"label": label, "tone": tone, "icon_name": icon_name, "more": more}
    return render_to_string("_badge.html", context)


@register.simple_tag
def rate(stars):
    """Stars to read, any fraction of five, said as "4.5 of 5 stars"."""
    return _rate(stars)


@lru_cache(maxsize=256, typed=True)
def _rate(stars):
    return render_to_string("ui/rate.html", {"stars": stars})


# What half a star means, said beside the stars and to screen readers.
STAR_WORDS = {
    "1": "unusable",
    "1.5": "barely usable",
    "2": "poor",
    "2.5": "hard to follow",
    "3": "fair",
    "3.5": "small problems",
    "4": "good",
    "4.5": "very good",
    "5": "perfect",
}


@register.simple_tag
def star_choices(chosen=None):
    """The nine ratings from 1 to 5 by half: value, words, its key for whole stars, and whether it is the chosen one."""
    chosen = f"{float(chosen):g}" if _is_number(chosen) else ""
    return [
        {"value": value, "words": words, "digit": value if len(value) == 1 else "", "checked": value == chosen}
        for value, words in STAR_WORDS.items()
    ]


def _is_number(value):
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


@register.inclusion_tag("_field.html")
def field(bound, help="", css=""):
    """One form field with label, help and errors; `help` replaces the form's own help text."""
    # A choice that always has a value need not be made, and is not called optional.
    optional = not bound.field.required and getattr(bound.field, "says_optional", True)
    return {
        "field": bound,
        "help": help or bound.help_text,
        "css": css,
        "kind": _kind(bound),
        "optional": optional,
    }


def _kind(bound):
    """Which markup the field's widget asks for: check, choices, select or input."""
    widget = bound.field.widget
    if getattr(widget, "input_type", "") == "checkbox" and not hasattr(widget, "choices"):
        return "check"
    kinds = {"select": "select", "radio": "choices", "checkbox": "choices"}
    return kinds.get(getattr(widget, "input_type", ""), "input")


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """The page's address with these parameters changed (None or "" removes one), as "?a=b"."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = value
    return f"?{params.urlencode()}"


@register.simple_tag(takes_context=True)
def query_without(context, name, value):
    """The page's address without this one value of a parameter: the way out of an applied filter."""
    params = context["request"].GET.copy()
    params.setlist(name, [kept for kept in params.getlist(name) if kept != str(value)])
    params.pop("after", None)
    params.pop("cursor", None)
    return f"?{params.urlencode()}"
