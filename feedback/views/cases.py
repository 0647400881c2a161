"""The queue of cases, its file, and how many ask for somebody."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts import exports
from customers.paging import by_time
from feedback.cases import selectors
from feedback.cases.filters import CaseFilters
from feedback.choices import CaseStage

HEADS = (
    *("id", "stage", "customer", "location", "owner", "opened", "due", "contacted", "how", "closed", "root cause"),
    *("dropped because", "what they said", "recovered"),
)


@require_GET
def listed(request):
    """The most urgent first; of the closed ones the latest."""
    filters = CaseFilters(request.GET, user=request.user)
    rows = selectors.case_rows(filters.rows())
    page = by_time(rows, request.GET.get("after", ""), by=filters.by, newest_first=filters.newest_first)
    context = {"filters": filters, "applied": filters.applied(), "page": page}
    if not (request.htmx or request.GET.get("after")):
        context["alarms"] = selectors.alarms(request.user)
    return render(request, f"feedback/cases/{'_' if request.htmx else ''}queue.html", context)


@require_GET
def export(request):
    """Exactly the rows of the list, as CSV."""
    filters = CaseFilters(request.GET, user=request.user)
    order = f"-{filters.by}" if filters.newest_first else filters.by
    rows = selectors.case_lines(filters.rows()).order_by(order, "pk").iterator(exports.CHUNK)
    return exports.respond("cases", HEADS, map(cells, rows))


def cells(case):
    """What stands under the heads."""
    said = "; ".join(f"{source.get_kind_display()}: {source.words}" for source in case.sources.all())
    return [
        *(case.pk, CaseStage(case.stage).label, case.name, case.location, case.owner, case.opened_at, case.due_at),
        *(case.contacted_at, case.get_contacted_how_display(), case.closed_at, case.get_root_cause_display()),
        *(case.drop_reason, said, case.recovered),
    ]


@require_GET
def count(request):
    """How many are nobody's or overdue, put beside the word in the navigation. Without htmx: the queue itself."""
    if not request.htmx:
        return redirect("feedback:cases")
    context = {"count": selectors.counts(request.user), "most": selectors.COUNT_TO}
    return render(request, "feedback/cases/_count.html", context)
