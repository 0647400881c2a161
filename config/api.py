"""The REST addresses, version 1, composed from each app's own."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from accounts.api_users import UserViewSet
from calls.api_callbacks import CallbackViewSet
from customers.api import AccountViewSet, CustomerViewSet, LocationViewSet
from customers.api_do_not_call import DoNotCallViewSet
from feedback.api import DeliveryViewSet, RatedCallViewSet
from feedback.api_cases import CaseViewSet
from feedback.api_inbox import AnswerViewSet, ReviewViewSet
from feedback.api_metrics import MetricsView
from feedback.api_requests import RequestViewSet

router = SimpleRouter()
router.register("users", UserViewSet)
router.register("customers", CustomerViewSet, basename="api-customers")
router.register("locations", LocationViewSet, basename="api-locations")
router.register("accounts", AccountViewSet, basename="api-accounts")
router.register("do-not-call", DoNotCallViewSet, basename="api-do-not-call")
router.register("calls", RatedCallViewSet, basename="api-calls")
router.register("callbacks", CallbackViewSet, basename="api-callbacks")
router.register("deliveries", DeliveryViewSet, basename="api-deliveries")
router.register("feedback-requests", RequestViewSet, basename="api-feedback-requests")
router.register("cases", CaseViewSet, basename="api-cases")
router.register("reviews", ReviewViewSet, basename="api-reviews")
router.register("feedback", AnswerViewSet, basename="api-feedback")

urlpatterns = [
    path("metrics/overview/", MetricsView.as_view(), name="api-metrics"),
    path("", include(router.urls)),
]
