"""The REST addresses, version 1, composed from each app's own."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from accounts.api_users import UserViewSet
from feedback.api import DeliveryViewSet, RatedCallViewSet

router = SimpleRouter()
router.register("users", UserViewSet)
router.register("calls", RatedCallViewSet, basename="api-calls")
router.register("deliveries", DeliveryViewSet, basename="api-deliveries")

urlpatterns = [path("", include(router.urls))]
