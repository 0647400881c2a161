"""The doors under allauth's own names, which it reverses; and a person's own pages.

Only what we use: no e-mail management, no sign-in by code. A second factor will add its pages here.
"""

from django.urls import include, path, re_path

from accounts.views import entrance, history, profile, sessions, theme, tokens

entrance_patterns = [
    path("login/", entrance.SignIn.as_view(), name="account_login"),
    path("logout/", entrance.SignOut.as_view(), name="account_logout"),
    path("signup/", entrance.SignUp.as_view(), name="account_signup"),
    path("inactive/", entrance.Inactive.as_view(), name="account_inactive"),
    path("password/change/", entrance.PasswordChange.as_view(), name="account_change_password"),
    path("password/reset/", entrance.PasswordForgotten.as_view(), name="account_reset_password"),
    path("password/reset/done/", entrance.PasswordMailed.as_view(), name="account_reset_password_done"),
    path("password/reset/key/done/", entrance.NewPasswordSaved.as_view(), name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("sessions/", sessions.Sessions.as_view(), name="usersessions_list"),
]

own_patterns = [
    path("profile/", profile.profile, name="profile"),
    path("profile/theme/", theme.theme, name="theme"),
    path("profile/tokens/", tokens.tokens, name="tokens"),
    path("profile/tokens/new/", tokens.create, name="token_new"),
    path("profile/tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("profile/sessions/<int:pk>/end/", sessions.end, name="session_end"),
    path("history/", history.history, name="history"),
]

urlpatterns = [
    path("accounts/", include(entrance_patterns)),
    path("", include((own_patterns, "accounts"))),
]
