"""Every address on one screen; each app says its own."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from accounts.api_users import NotFoundView
from config import api_pages, operations, styleguide, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("accounts.urls")),
    path("", include("integrations.urls")),
    path("", include("customers.urls")),
    path("", include("calls.urls")),
    path("", include("feedback.urls")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("api/v1/", include("config.api")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", api_pages.api_docs, name="api_docs"),
    re_path("^api/", NotFoundView.as_view()),  # after every address of the API
    path("healthz", operations.alive, name="healthz"),
    path("readyz", operations.ready, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("favicon.ico", login_not_required(RedirectView.as_view(url="/static/img/mark.svg"))),
]

handler400 = "config.handlers.bad_request"
handler500 = "config.handlers.server_error"
