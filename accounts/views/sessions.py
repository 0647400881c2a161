"""Where a person is signed in, and ending it from here."""

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts import audit


class Sessions(ListUserSessionsView):
    """The list; its POST signs out everywhere else."""

    def form_valid(self, form):
        audit.record(self.request.user, "signed out everywhere else", self.request.user)
        return super().form_valid(form)


@require_POST
def end(request, pk):
    """End one session of one's own. One's present one ends with signing out."""
    session = get_object_or_404(UserSession, user=request.user, pk=pk)
    if not session.is_current():
        session.end()
        messages.success(request, "That sign-in is ended.")
    return redirect("usersessions_list")
