from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import services, themes
from accounts.forms import ProfileForm
from accounts.models import User


def _sent(request):
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    """What a person says about themselves."""
    # A row of its own: a form that does not pass leaves its values on it, and the header shows the user's name.
    form = ProfileForm(_sent(request), instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        return _saved(request, form)
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


def _saved(request, form):
    user = services.save_profile(request.user, form.cleaned_data)
    messages.success(request, "Profile saved.")
    response = redirect("accounts:profile")
    themes.remember(response, user.theme)
    return response
