"""Ringing for a worker. The queue is only a doorbell: what it loses, the sweep finds in the rows.

Tasks are named by their dotted path, which is how django-q2 finds them; so nothing here imports them.
"""

from django_q.tasks import async_task

from integrations import leases

PULSE = "pulse"


def wake(delivery_id):
    """Ask a worker to deliver one row now. A second ring for the same row does nothing."""
    async_task("integrations.tasks.deliver", delivery_id)


def start_pulse():
    """Ask a worker to run the pulse, unless it runs: one read then, no more."""
    if not leases.is_held(PULSE):
        async_task("integrations.tasks.pulse")
