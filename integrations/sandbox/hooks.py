"""Calling our hooks as a vendor would: planned when the call is accepted, sent when due, tried again.

A planned post is kept in the store, so a restart sends what is still owed. It goes
out at most four times in all, until we answer 2xx; the pauses are the sandbox's own
choice (no vendor page names them) and are divided by the speed.
"""

import threading
from datetime import timedelta

import requests

from integrations.sandbox.clock import iso, parse

PAUSES = (2, 5, 10)  # seconds before the second, third and fourth try
_TIMEOUT = 10  # seconds our hook may take to answer


class Hooks:
    """The posts owed to us. `signers` maps a vendor to `f(world, url, form) -> headers`.

    `hearers` maps a vendor that reads our answers to `f(world, hook, answer)`: the text of a 2xx, or None when it
    was given up.
    """

    def __init__(self, world, signers, hearers=None):
        self._world, self._signers, self._hearers = world, signers, hearers or {}
        self._sending = threading.Lock()
        self._woken = threading.Event()
        self._session = requests.Session()
        self._session.trust_env = False  # the proxy of this machine has no business here
        self._thread = threading.Thread(target=self._run, name="sandbox-hooks", daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._woken.set()
        self._thread.join(timeout=_TIMEOUT)

    def plan(self, vendor, path, form, due):
        """Owe us a form-encoded POST of `form` at `due` (aware): to `path`, or to a whole address we were given."""
        number = self._world.store.next("hook")
        self._world.store.put(
            "hook",
            number,
            {
                "n": number,
                "vendor": vendor,
                "path": path,
                "form": form,
                "due": iso(due),
                "state": "waiting",
                "answers": [],
            },
        )
        self._woken.set()

    def read(self):
        """Every post, sent or owed, oldest first."""
        return self._world.store.all("hook")

    def fire_due(self):
        """Send everything that is due, one after the other, in this thread."""
        with self._sending:
            while hook := self._next_due():
                self._send(hook)

    def _waiting(self):
        return sorted((h for h in self.read() if h["state"] == "waiting"), key=lambda h: (h["due"], h["n"]))

    def _next_due(self):
        now = iso(self._world.now())
        return next((hook for hook in self._waiting() if hook["due"] <= now), None)

    def _send(self, hook):
        status, text = self._post(hook)
        answers = [*hook["answers"], status]
        state, due = "waiting", hook["due"]
        if isinstance(answers[-1], int) and 200 <= answers[-1] < 300:
            state = "delivered"
        elif len(answers) > len(PAUSES):
            state = "given up"
        else:
            pause = PAUSES[len(answers) - 1] / self._world.speed
            due = iso(self._world.now() + timedelta(seconds=pause))
        self._world.store.put("hook", hook["n"], {**hook, "answers": answers, "state": state, "due": due})
        hearer = self._hearers.get(hook["vendor"])
        if hearer and state != "waiting":
            hearer(self._world, hook, text if state == "delivered" else None)

    def _post(self, hook):
        """(status, text) of what our hook answered; (the words of what went wrong, "")."""
        whole = hook["path"].startswith("http")
        url = hook["path"] if whole else self._world.setting("public_url").rstrip("/") + hook["path"]
        headers = self._signers[hook["vendor"]](self._world, url, hook["form"])
        try:
            answer = self._session.post(
                url, data=hook["form"], headers=headers, timeout=_TIMEOUT, allow_redirects=False
            )
            return answer.status_code, answer.text
        except requests.RequestException as error:
            return type(error).__name__, ""

    def _run(self):
        while not self._world.stopping.is_set():
            self._woken.clear()
            self.fire_due()
            self._woken.wait(self._pause())

    def _pause(self):
        """Seconds until the next post is due; a frozen clock is woken by `advance` instead."""
        waiting = self._waiting()
        if not waiting:
            return None
        until = (parse(waiting[0]["due"]) - self._world.now()).total_seconds()
        return min(max(until, 0.01), 60)
