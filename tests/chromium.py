"""The browser of the journeys: Debian's Chromium, on PATH or installed from its packages."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "No Chromium on PATH: install it (Debian: apt-get install chromium) to run the browser journeys."
# Everything that would reach out by itself is off; as root a sandbox is not to be had.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def find():
    """The path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure():
    """Installs it where that can be done; says so where not. The tests decide what its lack means."""
    if find():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium from Debian's packages (once)", flush=True)
        _apt("update", "-qq")
        _apt("install", "-y", "-qq", "--no-install-recommends", "chromium")
    if not find():
        print(MISSING, file=sys.stderr, flush=True)


def _apt(*arguments):
    done = subprocess.run(
        ["apt-get", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        print(done.stdout[-2000:], file=sys.stderr, flush=True)
