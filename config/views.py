"""Where signing in leads."""

from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
def home(request):
    """Agents start at their desk, supervisors and admins at the overview."""
    return redirect("feedback:overview" if request.user.is_supervisor else "calls:desk")
