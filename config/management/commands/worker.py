"""`manage.py worker`: the background worker, watched. What unit files and compose run."""

import signal
import time

from django.core.management.base import BaseCommand

from config.processes.watchdog import Worker


class Command(BaseCommand):
    help = "Runs the worker (qcluster) in its own process group and restarts it when its sign of life is late."

    def handle(self, **options):
        signal.signal(signal.SIGTERM, _interrupt)
        worker = Worker(log=None, say=self.stdout.write)
        worker.start()
        try:
            while True:
                time.sleep(1)
                worker.look()
        except KeyboardInterrupt:
            worker.child.stop()


def _interrupt(number, frame):
    raise KeyboardInterrupt
