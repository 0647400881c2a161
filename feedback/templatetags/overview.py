"""Small words for the overview's templates."""

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def sorted_by(context, table, by):
    """The page's address with this table sorted so: `?locations_by=-nps`, or `?by=` on a table's own page."""
    params = context["request"].GET.copy()
    params[context.get("sort_name") or f"{table}_by"] = by
    return f"?{params.urlencode()}"


@register.filter
def sort_icon(order):
    return "arrow-up" if order == "ascending" else "arrow-down"


@register.filter
def as_pareto(table):
    """Rows of the table of issues as a Pareto takes them."""
    return [
        (row.name, row.figures["calls"].now.count, row.href, [row.figures["nps"], row.figures["csat"]])
        for row in table.rows
    ]


@register.filter
def vital_few(chart):
    """The sentence of a Pareto."""
    vital = sum(row["vital"] for row in chart["rows"])
    share = next((row["cum"] for row in reversed(chart["rows"]) if row["vital"]), 0)
    total = len(chart["rows"])
    return f"{vital} of {total} issue{'' if total == 1 else 's'} make up {share}% of what agents reported."
