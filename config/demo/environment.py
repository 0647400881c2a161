"""What the demo's processes are told beyond the defaults."""

import os

HOOK_VARIABLES = {
    "CCAI_HOOK_USER": "ccai",
    "CCAI_HOOK_PASSWORD": "demo-hook-password",
    "TELESIGN_HOOK_KEY": "ZGVtby10ZWxlc2lnbi1rZXk=",  # base64, as TeleSign's keys are
}


def fill(port, sandbox_port):
    """Sets, for the processes started from here, what the environment does not say itself."""
    for name, value in {**HOOK_VARIABLES, "PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}.items():
        if not os.environ.get(name):
            os.environ[name] = value
