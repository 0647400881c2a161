"""Every request the vendors received, secrets masked: `GET /requests` reads it."""

import json
import re

from integrations.sandbox.clock import iso

# Enough for any test or a day's work; older ones are forgotten so that the file stays small.
KEPT = 20_000
_SECRET_HEADERS = ("authorization", "x-api-key", "cookie")


def _masked(name, value):
    if name.lower() not in _SECRET_HEADERS:
        return value
    scheme, _, rest = value.partition(" ")
    return f"{scheme} ***" if rest else "***"


def _body(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


class Ledger:
    """The list of requests, in the store; an entry stands there from the request's arrival on."""

    def __init__(self, store, now):
        self._store, self._now = store, now

    def arrived(self, vendor, mount, request):
        """Write a request down, its answer still open; returns the entry."""
        number = self._store.next("request")
        text = request.get_data().decode("utf-8", "replace")
        self._store.drop("request", number - KEPT)
        return self._store.put(
            "request",
            number,
            {
                "n": number,
                "vendor": vendor,
                "mount": mount,
                "method": request.method,
                "path": request.path,
                "query": request.args.to_dict(flat=True) | ({"api_key": "***"} if "api_key" in request.args else {}),
                "headers": {name: _masked(name, value) for name, value in request.headers.items()},
                "body": _body(text),
                "text": text,
                "time": iso(self._now()),
                "status": None,
                "fault": None,
            },
        )

    def answered(self, entry, status, fault):
        """Complete an entry: the status that was sent (None: none) and the fault's kind (None: none)."""
        self._store.put("request", entry["n"], {**entry, "status": status, "fault": fault})

    def read(self, vendor=None, path=None):
        """The entries of a vendor (or mount) whose path has, or matches, `path`; oldest first."""
        return [
            entry
            for entry in self._store.all("request")
            if vendor in (None, entry["vendor"], entry["mount"])
            and (path is None or path in entry["path"] or re.search(path, entry["path"]))
        ]

    def clear(self):
        self._store.clear("request")
