"""The REST addresses, version 1, composed from each app's own."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from accounts.api_users import UserViewSet

router = SimpleRouter()
router.register("users", UserViewSet)

urlpatterns = [path("", include(router.urls))]
