"""Restarts the worker when it stops or stands still.

A killed idle worker can leave the queue's lock behind: the cluster then stands still for good,
without a word in its log (docs/reliability.md). So the cluster must show a sign of life by *running*
a task; when that is a minute late, its whole process group is ended and a new one started.
"""

import logging
import sys
import time

from django.db import DatabaseError, connection
from django_q.tasks import async_task
from redis.exceptions import RedisError

from config.processes.child import Child
from integrations import pulse

log = logging.getLogger(__name__)
# Seconds a new worker has to show its first sign of life. The queue's own scheduler looks only every
# thirty; a sign counts for two minutes (integrations/pulse.py).
FIRST_SIGN = 100
RESTART_AT_MOST_EVERY = 2  # seconds: a worker that dies at once must not be started in a frenzy


class Worker:
    """The django-q2 cluster as a watched child. Call `look()` about once a second."""

    def __init__(self, log, say=lambda words: None, is_alive=None, clock=time.monotonic, command=None):
        self.child = Child("worker", command or [sys.executable, "manage.py", "qcluster"], log)
        self.say, self.clock = say, clock
        self.is_alive = is_alive or shows_life
        self.restarts = 0

    def start(self):
        self.child.start()
        self.started_at = self.clock()
        ask_for_life()

    def look(self):
        """Restarts it when needed and says why."""
        age = self.clock() - self.started_at
        if not self.child.is_running and age > RESTART_AT_MOST_EVERY:
            self.restart("The worker ended")
        elif age > FIRST_SIGN and not self.is_alive():
            self.restart("The worker shows no sign of life")

    def restart(self, why):
        self.say(f"{why}; it is started again.")
        self.child.stop()
        self.restarts += 1
        self.start()


def ask_for_life():
    """Queues a sign of life, so that the new worker need not wait for the scheduler to show its first."""
    try:
        async_task("integrations.tasks.heartbeat")
    except (DatabaseError, RedisError) as error:
        log.warning("The worker could not be asked for a sign of life: %s", error)


def shows_life():
    """Whether the worker's sign of life is fresh. A database that does not answer is no fault of the worker's."""
    try:
        return pulse.worker_is_alive()
    except DatabaseError:
        return True
    finally:
        connection.close()
