from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.access import get_token
from accounts.forms import TokenForm
from accounts.models import ApiToken


@require_http_methods(["GET", "HEAD"])
def tokens(request):
    """A person's own tokens that are not revoked, newest first."""
    mine = ApiToken.objects.visible_to(request.user).filter(revoked_at=None)
    return render(request, "accounts/tokens.html", {"tokens": mine})


def _sent(request):
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    """The form; sent well, the page that shows the secret, this once."""
    form = TokenForm(_sent(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        return _issued(request, form)
    return render(request, "accounts/token_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _issued(request, form):
    chosen = form.cleaned_data
    try:
        token, secret = services.issue_token(request.user, chosen["name"], chosen["scope"], form.expires_at())
    except services.NameTaken as taken:  # the form was sent twice at once
        form.add_error("name", str(taken))
        return render(request, "accounts/token_new.html", {"form": form}, status=422)
    return render(request, "accounts/token_shown.html", {"token": token, "secret": secret}, status=201)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request, pk):
    """Asks on GET, closes the token on POST."""
    token = get_token(request.user, pk)
    if request.method != "POST":
        return render(request, "accounts/token_revoke.html", {"token": token})
    services.revoke_token(request.user, token)
    messages.success(request, f"Token {token.name} is revoked.")
    return redirect("accounts:tokens")
