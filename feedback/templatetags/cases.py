"""Small words about cases for templates."""

from django import template

from feedback.cases import clock, selectors

register = template.Library()


@register.simple_tag
def clock_of(case):
    """How a case stands with its time: words, tone, icon."""
    return clock.of(case)


@register.simple_tag
def said_in(case):
    """What a row of the queue shows of what they said: the latest source and how many there are.

    Of a case out of `case_rows`, which has the beginnings of their words.
    """
    sources = list(case.sources.all())
    last = sources[-1] if sources else None
    return {"source": last, "text": _words(last) if last else "", "count": len(sources)}


def _words(source):
    """The beginning of what they wrote."""
    text = source.answer_start or source.title_start or source.text_start or ""
    return f"{text[: selectors.TEXT_SHOWS].rstrip()}…" if len(text) > selectors.TEXT_SHOWS else text


@register.filter
def case_line(case):
    """ "Case 12, contacted, 20 h left": one line about a case on another page."""
    return f"{case}, {case.get_stage_display().lower()}, {clock.of(case).words}"
