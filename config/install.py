"""Makes `.venv` and fills it, on a machine that has Python and nothing else.

    python3 -m config.install demo|test|bench

Standard library only, and readable by older Pythons, so that those are told what is missing.
Nothing is done twice: a stamp in `.venv` remembers what was installed, by the hash of what was asked.
"""

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = ROOT / "var" / "log" / "pip.log"
OLDEST = (3, 11)
# What each set is made of, and which sets it contains.
SETS = {
    "demo": (["requirements.txt"], ["demo"]),
    "test": (["requirements.txt", "tests/requirements.txt"], ["demo", "test"]),
    "bench": (
        ["requirements.txt", "tests/requirements.txt", "tests/benchmarks/requirements.txt"],
        ["demo", "test", "bench"],
    ),
}


class CannotInstall(Exception):
    """Said to the person in one sentence."""


def install(name):
    """Brings `.venv` to what the set `name` needs. Raises CannotInstall with the remedy."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make demo` and `make test` may start together
        _install_missing(name)


def _install_missing(name):
    files, contained = SETS[name]
    wanted = {part: _digest(SETS[part][0]) for part in contained}
    if PYTHON.exists() and _stamp(name).exists() and _stamp(name).read_text() == wanted[name]:
        return
    _make_venv()
    print(f"Installing {files[-1]} (once; {LOG.relative_to(ROOT)} has the details)", flush=True)
    _pip("install", "-r", str(ROOT / files[-1]))
    for part, digest in wanted.items():
        _stamp(part).write_text(digest)


def _stamp(name):
    return VENV / ("installed-" + name)


def _digest(files):
    text = sys.version + "".join((ROOT / name).read_text() for name in files)
    return hashlib.sha256(text.encode()).hexdigest()


def _make_venv():
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True).returncode == 0:
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise CannotInstall(
            "This Python cannot make virtual environments: run `apt-get install python3-venv` as root, then try again."
        )
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made")


def _pip(*arguments):
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    _run(command, "The packages could not be installed")


def _run(command, failure):
    """Runs it with its noise in the log; the end of the log is shown when it fails."""
    with LOG.open("wb") as log:
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL).returncode
    if code:
        tail = "\n".join(LOG.read_text(errors="replace").splitlines()[-15:])
        raise CannotInstall(f"{failure}:\n{tail}")


def main(arguments):
    if sys.version_info < OLDEST:
        raise CannotInstall(f"Aftercall needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if len(arguments) != 1 or arguments[0] not in SETS:
        print("usage: python3 -m config.install demo|test|bench", file=sys.stderr)
        return 2
    os.chdir(str(ROOT))
    install(arguments[0])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotInstall as error:
        print(error, file=sys.stderr)
        sys.exit(1)
