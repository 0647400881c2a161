from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import themes
from accounts.choices import Theme
from accounts.models import User


@login_not_required
@require_POST
def theme(request):
    """Light or dark without scripts: cookie, profile, and back to where one was. Other words change nothing."""
    response = HttpResponseRedirect(_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in (Theme.LIGHT, Theme.DARK):
        themes.remember(response, chosen)
        User.objects.filter(pk=request.user.pk).update(theme=chosen)
    return response


def _back(request):
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else reverse("home")
