"""HTTP both ways: reading a request's JSON, writing an answer, and every way of failing to."""

import json
import socket
import struct

from werkzeug.wrappers import Response

_MAINTENANCE = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>\n"
_LINGER_ZERO = struct.pack("ii", 1, 0)  # closing then sends a reset, not a goodbye


def answer(body, status=200, headers=None):
    """A JSON answer; `body` None means no body at all."""
    text = b"" if body is None else json.dumps(body).encode()
    response = Response(text, status=status, headers=headers)
    response.headers["Content-Type"] = "application/json"
    if body is None:
        del response.headers["Content-Type"]
    return response


def json_body(request):
    """The request's JSON, or None when it is none."""
    try:
        return json.loads(request.get_data())
    except ValueError:
        return None


def replaces(fault):
    """Whether this fault's answer has nothing to do with what the vendor would have said."""
    return fault["kind"] in ("status", "html")


def replacement(fault, problem):
    """The answer of a `status` or `html` fault; `problem(status)` is the vendor's error body."""
    if fault["kind"] == "html":
        return Response(_MAINTENANCE, content_type="text/html; charset=utf-8")
    response = answer(problem(fault["status"]), fault["status"])
    if "retry_after" in fault:
        response.headers["Retry-After"] = str(fault["retry_after"])
    return response


def halve(response):
    """The same answer, cut in the middle of its JSON."""
    body = response.get_data()
    response.set_data(body[: len(body) // 2] or b'{"')
    return response


def break_off(fault, response, environ, stopping):
    """Do to the connection what a reset, hang or slow fault says; always raises ConnectionError.

    The socket is taken from the server's handler first, so that nothing else can
    be said on it. `stopping` is an Event that ends every wait.
    """
    handler = environ["sandbox.handler"]
    handler.close_connection = True
    connection = socket.socket(fileno=handler.connection.detach())
    with connection:
        if fault["kind"] == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        elif fault["kind"] == "hang":
            stopping.wait(fault["seconds"])
        else:
            _drip(connection, _raw(response), fault["seconds"], stopping)
    raise ConnectionAbortedError("broken off on request")


def _raw(response):
    body = response.get_data()
    headers = {**dict(response.headers), "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"HTTP/1.1 {response.status}", *(f"{key}: {value}" for key, value in headers.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _drip(connection, raw, seconds, stopping):
    for at in range(len(raw)):
        if stopping.wait(seconds / len(raw)):
            return
        connection.sendall(raw[at : at + 1])
