"""The two pages that belong to no app: where signing in leads, and the API's pages."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from drf_spectacular.generators import SchemaGenerator


def home(request):
    """Agents start at their desk, supervisors and admins at today's figures."""
    return redirect("feedback:today" if request.user.is_supervisor else "calls:desk")


@login_not_required
def api_docs(request):
    """The schema as pages of our own: the usual viewers need inline styles, which the CSP forbids."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return render(request, "api_docs.html", {"schema": schema})
