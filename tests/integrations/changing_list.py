"""A vendor's list that changes between two requests, in memory or on a socket, and an app that keeps its rows.

Entries are objects as FeedbackAPI lists them: {"id", "created" (unix seconds), …}.
"""

import json
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlsplit

from integrations import sync
from integrations.feedbackapi import reports
from integrations.feedbackapi.lists import stamp


class ChangingList:
    """The list itself. `between` is called with it before each answer but the first."""

    def __init__(self, rows=(), *, inclusive=True, first_page=0, limit=100, is_sorted=True, between=None):
        self.rows = {row["id"]: row for row in rows}
        self.inclusive, self.first_page, self.limit, self.is_sorted = inclusive, first_page, limit, is_sorted
        self.between = between or (lambda vendor: None)
        self.asked, self.looked = [], []
        self._ids = count()

    def add(self, created, **more):
        """One more entry; gives its id."""
        vendor_id = more.pop("id", None) or f"n{next(self._ids)}"
        self.rows[vendor_id] = {"id": vendor_id, "created": created, "opt_out": False, **more}
        return vendor_id

    def page(self, after, before, page):
        """The body of one answer. `page` as asked."""
        if self.asked:
            self.between(self)
        self.asked.append((after, before, page))
        rows = [row for row in self.rows.values() if self._is_within(row, after, before)]
        if self.is_sorted:
            rows.sort(key=lambda row: (row["created"], row["id"]))
        start = max(page - self.first_page, 0) * self.limit
        data = rows[start : start + self.limit]
        return {"page": 1, "total_count": len(rows), "total_returned": len(data), "data": data}

    def _is_within(self, row, after, before):
        if self.inclusive:
            return (after is None or row["created"] >= after) and row["created"] <= before
        return (after is None or row["created"] > after) and row["created"] < before

    def source(self):
        """The list as a sync.Source, without a socket."""
        return sync.Source(
            fetch=lambda ask: reports.page(self.page(ask.after, ask.before, ask.page), reports.customer),
            stamp=stamp(),
            find=self.find,
        )

    def find(self, vendor_id):
        self.looked.append(vendor_id)
        return reports.customer(self.rows[vendor_id]) if vendor_id in self.rows else None


class Kept:
    """An app's table, in memory: vendor id -> raw. `writes` counts the rows written."""

    def __init__(self):
        self.rows, self.digests, self.gone, self.writes = {}, {}, set(), 0

    def sink(self, rows):
        created = sum(row.vendor_id not in self.digests for row in rows)
        changed = [row for row in rows if self.digests.get(row.vendor_id) != row.digest]
        for row in changed:
            self.rows[row.vendor_id], self.digests[row.vendor_id] = row.raw, row.digest
        self.writes += len(changed)
        return sync.Counts(created, len(changed) - created, len(rows) - len(changed))

    def finder(self):
        """How a full run finds what is gone here."""
        return sync.Gone(known=lambda: len(self.living()), unseen=self._unseen, mark=self._mark)

    def living(self):
        return {vendor_id: raw for vendor_id, raw in self.rows.items() if vendor_id not in self.gone}

    def _unseen(self, run):
        seen = set(run.seen.values_list("vendor_id", flat=True))
        return sorted(set(self.living()) - seen)

    def _mark(self, vendor_ids):
        self.gone |= set(vendor_ids)
        return len(vendor_ids)


class ListServer:
    """A ChangingList on a socket, as FeedbackAPI's customers. `faults` are answers given instead, in order:
    an (HTTP status, headers), or a callable that gets the handler."""

    def __init__(self, vendor):
        self.vendor, self.faults, self.token = vendor, [], "demo-feedbackapi-token"
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def _handler(server):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                with suppress(BrokenPipeError, ConnectionResetError):
                    server._answer(self)

            def say(self, status, body, **headers):
                raw = json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args):
                pass

        return Handler

    def _answer(self, handler):
        parts = urlsplit(handler.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            fault = self.faults.pop(0) if self.faults else None
            body = None if fault else self._body(parts.path, query)
        if callable(fault):
            fault(handler)
        elif fault:
            handler.say(fault[0], {"message": "no"}, **fault[1])
        else:
            handler.say(*body)

    def _body(self, path, query):
        vendor_id = path.removeprefix("/v1.3/customers").strip("/")
        if vendor_id:
            self.vendor.looked.append(vendor_id)
            row = self.vendor.rows.get(vendor_id)
            return (200, row) if row else (404, {"message": "gone"})
        after = query.get("created_after")
        return 200, self.vendor.page(after and int(after), int(query["created_before"]), int(query["page"]))

    def close(self):
        self._server.shutdown()
        self._server.server_close()
