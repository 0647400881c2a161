from django.urls import path

from feedback.views import calls, deliveries, history, legs, rating, timeline, today, tray, wrap_up

app_name = "feedback"
urlpatterns = [
    path("calls/", calls.calls, name="calls"),
    path("calls/<int:pk>/wrap-up/", wrap_up.wrap_up, name="wrap_up"),
    path("calls/<int:pk>/draft/", wrap_up.draft, name="draft"),
    path("calls/<int:pk>/rating/", rating.rating, name="rating"),
    path("calls/<int:pk>/rating/undo/", rating.undo, name="undo"),
    path("calls/<int:pk>/deliveries/", legs.legs, name="legs"),
    path("calls/<int:pk>/timeline/", timeline.timeline, name="timeline"),
    path("customers/<int:pk>/history/", history.customer_history, name="customer_history"),
    path("wrap-ups/", tray.tray, name="tray"),
    path("today/", today.today, name="today"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/retry/", deliveries.retry, name="retry"),
    path("deliveries/retry/<slug:vendor>/", deliveries.retry_cause, name="retry_cause"),
]
