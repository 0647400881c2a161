from django.urls import path

from integrations.views import connections, hooks

app_name = "integrations"
urlpatterns = [
    path("connections/", connections.index, name="connections"),
    path("connections/<int:pk>/", connections.edit, name="connection"),
    path("connections/<int:pk>/check/", connections.check, name="connection_check"),
    path("connections/<int:pk>/environment/", connections.take_over, name="connection_take_over"),
    path("hook-events/", connections.hook_events, name="hook_events"),
    path("hooks/plivo/", hooks.plivo, name="plivo_hook"),
]
