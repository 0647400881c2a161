"""The entries of the navigation. Written here: every page has them twice, in the bar and in the phone's sheet, and
fifty of them took a tenth of a page's time as a template."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from config.templatetags.ui import icon

register = template.Library()
ENTRY = '<li><a href="{}"{}>{}{}{}</a></li>\n'
CURRENT = mark_safe(' aria-current="page"')
UNREAD = '<b class="count unread-{}"></b>'  # filled in by what the page asks for by itself


@register.simple_tag
def nav_entries(items, is_sheet=False):
    """Entries of a section, as the context gives them (config/context.py), as items of a list. In the sheet a label
    needs no element of its own."""
    return _entries(tuple(_known_by(item) for item in items), is_sheet)


def _known_by(item):
    return item["href"], item["current"], item["icon"], item["label"], item["counts"]


# Each is current on its own pages: of a section there are as many as it has entries, and one more, for each role.
@lru_cache(maxsize=512)
def _entries(items, is_sheet):
    return format_html_join("", ENTRY, (_parts(*item, is_sheet) for item in items))


def _parts(href, current, icon_name, label, counts, is_sheet):
    words = label if is_sheet else format_html("<span>{}</span>", label)
    return href, CURRENT if current else "", icon(icon_name), words, format_html(UNREAD, counts) if counts else ""
