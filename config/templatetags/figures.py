"""A figure and its change as pages show them. Written here: tables have hundreds of them, and a template for each took
two fifths of the overview's time."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from config.templatetags.ui import icon

register = template.Library()
TOO_FEW = "too few to say much"
UNITS = {"%": "%", "min": " min", "s": " s"}
ARROWS = {"up": "arrow-up-right", "down": "arrow-down-right"}
SAID = {"good": "better", "bad": "worse"}
NOTHING = mark_safe("")


@register.simple_tag
def figure(figure, stale="", is_exact=False):
    """A Figure with its base, grey where that is small or `stale` says why the figure may be old. `is_exact`: with all
    its digits."""
    few = " few" if figure.is_small or stale else ""
    if figure.value is None:
        return format_html('<span class="fig{}">{}</span>', few, figure.shown)
    words = figure.exact if is_exact else f"{figure.shown}{UNITS.get(figure.unit, '')}"
    if figure.metric.is_count:
        return format_html('<span class="fig{}">{}</span>', few, words)
    title = ". ".join(filter(None, [f"{figure.note}: {TOO_FEW}" if figure.is_small else figure.note, stale]))
    of = "from" if is_exact and figure.unit == "of 5" else "of"  # "4.33 of 5 of 106" is no number
    shown = '<span class="fig{}" title="{}">{} <small>{} {}</small></span>'
    return format_html(shown, few, title, words, of, f"{figure.n:,}")


@register.simple_tag
def delta(delta, is_short=False):
    """A Delta, or nothing for None. Green and red are better and worse, not up and down."""
    if not delta:
        return NOTHING
    arrow = icon(ARROWS[delta.way], 14) if delta.way in ARROWS else ""
    tone = format_html('<span class="vh">, {}</span>', SAID[delta.tone]) if delta.tone else ""
    was = format_html(' <span class="dim">{}</span>', delta.was) if delta.was and not is_short else ""
    return format_html('<span class="delta {}">{}{}{}{}</span>', delta.tone, arrow, delta.words, tone, was)
