"""Servers on real sockets: one that gives the answers it is told, one that does whatever a script says."""

import json
import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"


def fixture(vendor, name):
    """A vendor's printed exchange: {"source", "request", "status", "body"}."""
    return json.loads((FIXTURES / vendor / f"{name}.json").read_text())


def fixtures(vendor, start):
    """The names of a vendor's fixtures that begin so."""
    return sorted(path.stem for path in (FIXTURES / vendor).glob(f"{start}*.json"))


class VendorServer:
    """Gives its answers in order, the last one for ever; keeps what it received."""

    def __init__(self):
        self.received, self.connections, self._answers = [], set(), []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, status, body=None, **headers):
        """Add an answer: `body` is a text or bytes as they are, anything else as JSON, None for nothing."""
        raw = b"" if body is None else body if isinstance(body, bytes) else _encoded(body)
        self._answers.append((status, raw, headers))
        return self

    def _handler(server):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes; the second would wait 40 ms

            def handle_any(self):
                server._note(self)
                answers = server._answers
                status, raw, headers = answers.pop(0) if len(answers) > 1 else answers[0]
                self.send_response(status)
                for name, value in ({"Content-Type": "application/json"} | headers).items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

            def log_message(self, *args):
                pass

        return Handler

    def _note(self, handler):
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        parts = urlsplit(handler.path)
        self.connections.add(handler.client_address)
        self.received.append(
            {
                "method": handler.command,
                "path": parts.path,
                "query": {key: values[-1] for key, values in parse_qs(parts.query).items()},
                "headers": {name.lower(): value for name, value in handler.headers.items()},
                "json": _json(raw),
                "form": parse_qsl(raw.decode(), keep_blank_values=True) if _json(raw) is None else None,
            }
        )

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def _json(raw):
    """The body as JSON; None when there is none, or it is a form."""
    with suppress(ValueError):
        return json.loads(raw)


def _encoded(body):
    return (body if isinstance(body, str) else json.dumps(body)).encode()


@pytest.fixture
def vendor_server():
    server = VendorServer()
    yield server
    server.close()


@contextmanager
def scripted(script):
    """A listening socket; each connection is handed to `script(connection, request_bytes)`, then closed.

    Gives its address. `script` may end the connection as rudely as it likes.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, script), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _serve(listener, script):
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError):  # the client may have had enough
            script(connection, read_request(connection))


def read_request(connection):
    """One whole request. Closing with a part of it unread would reset the connection under the answer."""
    data = connection.recv(65_536)
    if b"Content-Length" in data and data.endswith(b"\r\n\r\n"):  # head and body are sent apart
        data += connection.recv(65_536)
    return data


def reset(connection):
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()
