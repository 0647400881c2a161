"""Ringing for a worker. The queue is only a doorbell: what it loses, the sweep finds in the rows.

Tasks are named by their dotted path, which is how django-q2 finds them; so nothing here imports them.
"""

from django_q.tasks import async_task

from integrations import leases

PULSE = "pulse"
SYNC = "sync"


def wake(delivery_id):
    """Ask a worker to deliver one row now. A second ring for the same row does nothing."""
    async_task("integrations.tasks.deliver", delivery_id)


def go_on_syncing():
    """Ask a worker to go on with the runs that wait, unless one is at it."""
    if not leases.is_held(SYNC):
        async_task("integrations.tasks.go_on_syncing")


def tell_admins():
    """Ask a worker to tell the admins of connections that need them."""
    async_task("integrations.tasks.tell_admins")


def start_pulse():
    """Ask a worker to run the pulse, unless it runs: one read then, no more."""
    if not leases.is_held(PULSE):
        async_task("integrations.tasks.pulse")


def read_directories():
    """Ask a worker to read anew who and what our vendors have."""
    async_task("integrations.tasks.read_directories")
