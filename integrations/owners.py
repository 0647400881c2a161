"""Whose a long work is: a token that says which process of which machine has it in hand, and whether that one lives."""

import os
import secrets
from functools import cache
from hashlib import blake2b
from pathlib import Path


def sign():
    """An owner token: this machine, this process, and a part that is nobody else's. 32 characters at most."""
    return f"{_machine()}-{os.getpid()}-{secrets.token_hex(6)}"


def is_dead(owner):
    """Whether the process that signed so was one of this machine and is no more: nobody waits for its lease then."""
    machine, _, rest = owner.partition("-")
    pid = rest.partition("-")[0]
    if machine != _machine() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


@cache
def _machine():
    """A name for the set of processes whose numbers we can see; a new one with every start of the machine."""
    try:
        seen = Path("/proc/sys/kernel/random/boot_id").read_text() + os.readlink("/proc/self/ns/pid")
    except OSError:
        seen = secrets.token_hex(16)  # no such place: only the lease tells
    return blake2b(seen.encode(), digest_size=4).hexdigest()
