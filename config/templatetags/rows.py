"""Rows of the list of calls. Written here: fifty rows of nine cells took a third of the page's time as a template."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from config.markup import text
from config.templatetags.ui import badge, clock, rate

register = template.Library()
DASH = mark_safe('<span class="dash">–</span>')
DIM_DASH = mark_safe('<span class="dim dash">–</span>')
ROW = (
    '<tr><th scope="row"><a href="{}">{}</a></th><td class="opt">{}</td><td>{}</td><td class="opt">{}</td>'
    '<td class="opt2 dim">{}</td><td class="opt2 dim">{}</td><td class="opt2">{}</td><td class="num opt">{}</td>'
    '<td class="num dim"><time datetime="{}">{}</time></td></tr>'
)
# Where the page is narrow the status stands here: its own column has stepped back.
NO_OUTCOME = '<span class="dim opt dash">–</span><span class="alt dim">{}</span>'
TO_FINISH = '<a href="{}">{}<span class="vh">: finish {}</span></a>'


@register.simple_tag
def call_rows(lines):
    """Lines of feedback/explorer/lines.py as rows of the table."""
    return mark_safe("\n".join(ROW.format(*map(text, _cells(line))) for line in lines))  # noqa: S308  (each is escaped)


def _cells(line):
    return (
        line.href,
        line.who,
        badge(line.status, line.tone, line.icon),
        _outcome(line),
        DIM_DASH if line.quality is None else rate(line.quality),
        line.agent or DASH,
        line.location or DASH,
        badge(line.sent.label, line.sent.tone, line.sent.icon) if line.sent else DIM_DASH,
        clock(line.talk_seconds),
        line.at.isoformat(),
        line.when,
    )


def _outcome(line):
    if line.outcome:
        return line.outcome
    if line.finish:
        return format_html(TO_FINISH, line.finish, badge("Not wrapped up", "warn", "clipboard-pen"), line.who)
    return format_html(NO_OUTCOME, line.status)
