"""For whoever runs the servers: is it alive, is it ready, what does it count."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from integrations import pulse


@login_not_required
@require_safe
def alive(request):
    """200 as long as the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def ready(request):
    """200 when the database answers and the worker showed a sign of life; 503 and what is missing otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    worker = pulse.worker_is_alive()
    return JsonResponse({"database": True, "worker": worker}, status=200 if worker else 503)


@login_not_required
@require_safe
def metrics(request):
    """Prometheus text. Keep it inside the network (docs/production.md, The proxy)."""
    return ExportToDjangoView(request)
