"""The truth mapper's table, for admins: made of the code that decides."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import for_admins
from feedback import truth


@for_admins
@require_GET
def show(request):
    context = {"lines": list(truth.Line), "table": truth.table(), "sources": truth.sources()}
    return render(request, "feedback/truth.html", context)
