"""A process that ends itself with SIGKILL when it comes to a point for the n-th time."""

import os
import signal


def dies(point, times):
    """`passing(here)`, to be called at every point: at `point`, for the `times`-th time, the process is no more."""
    left = {point: int(times)}

    def passing(here):
        left[here] = left.get(here, 0) - 1
        if left[here] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return passing
