"""The doors: sign-in, sign-out, passwords. allauth's views; bad input answers 422, too many tries 429."""

from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator


class SaysWhatIsWrong:
    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 429 if form.has_error("__all__", "too_many_login_attempts") else 422
        return response


class SignIn(SaysWhatIsWrong, allauth.LoginView):
    pass


@method_decorator(login_not_required, name="dispatch")
class SignOut(allauth.LogoutView):
    """Asks on GET, ends the session on POST. Who is out already is sent to sign in, and not back here."""

    def post(self, *args, **kwargs):
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"storage"'  # ASVS 14.3.1; the theme's cookie may stay
        return response


class SignUp(allauth.SignupView):
    """Closed: the page says how one gets in."""


class PasswordChange(SaysWhatIsWrong, allauth.PasswordChangeView):
    success_url = reverse_lazy("accounts:profile")


class PasswordForgotten(SaysWhatIsWrong, allauth.PasswordResetView):
    pass


class PasswordMailed(allauth.PasswordResetDoneView):
    pass


class NewPassword(SaysWhatIsWrong, allauth.PasswordResetFromKeyView):
    pass


class NewPasswordSaved(allauth.PasswordResetFromKeyDoneView):
    pass


class Inactive(allauth.AccountInactiveView):
    pass
