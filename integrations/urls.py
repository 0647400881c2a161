from django.urls import path, re_path

from integrations.plivo import addresses
from integrations.views import ccai_hook, connections, hooks, syncs
from integrations.views.telesign_hook import telesign

app_name = "integrations"
urlpatterns = [
    path("connections/", connections.index, name="connections"),
    path("connections/<int:pk>/", connections.edit, name="connection"),
    path("connections/<int:pk>/check/", connections.check, name="connection_check"),
    path("connections/<int:pk>/environment/", connections.take_over, name="connection_take_over"),
    path("connections/troubles/", syncs.troubles, name="troubles"),
    path("syncs/", syncs.index, name="syncs"),
    path("syncs/lists/<slug:name>/", syncs.of_list, name="sync_list"),
    path("syncs/lists/<slug:name>/start/", syncs.start, name="sync_start"),
    path("syncs/<int:pk>/", syncs.run, name="sync_run"),
    path("syncs/<int:pk>/abandon/", syncs.abandon, name="sync_abandon"),
    path("syncs/<int:pk>/believe/", syncs.believe, name="sync_believe"),
    path("hook-events/", connections.hook_events, name="hook_events"),
    path("hooks/ccai/", ccai_hook.receive, name="ccai_hook"),
    path("hooks/plivo/", hooks.plivo, name="plivo_hook"),
    re_path(
        rf"^hooks/plivo/(?P<reference>[0-9a-f]{{32}})/(?P<which>{'|'.join(addresses.WHICH)})/$",
        hooks.plivo_call,
        name="plivo_call_hook",
    ),
    path("hooks/telesign/", telesign, name="telesign_hook"),
    path("hooks/telesign/<str:secret>/", telesign, name="telesign_secret_hook"),
]
