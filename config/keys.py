"""Writes `var/keys.env`, the two keys of a demo, before Django starts: settings refuse to load without them.

    python -m config.keys

In production the keys stand in the environment and nothing is written.
"""

import os
import secrets

from config.env import KEYS_FILE, text
from integrations.fields import new_key

MAKERS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),  # 384 random bits; Django asks for 50 characters
    "FIELD_ENCRYPTION_KEYS": new_key,
}


def ensure():
    """Makes the keys that neither the environment nor the file has. The file is readable by its owner only."""
    missing = {name: make() for name, make in MAKERS.items() if not text(name)}
    if missing:
        KEYS_FILE.parent.mkdir(exist_ok=True)
        with open(os.open(KEYS_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
            file.writelines(f"{name}={value}\n" for name, value in missing.items())
        os.environ.update(missing)


if __name__ == "__main__":
    ensure()
