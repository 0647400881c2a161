"""The one HTTP door, against servers that behave and servers that do not. All over real sockets."""

import gzip
import json
import socket
import ssl
import threading
import time
import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from integrations import http, repeats
from integrations.errors import Misconfigured, NotSent, RateLimited, Rejected, Uncertain
from integrations.http import Door
from integrations.transport import BODY_LIMIT
from tests.integrations.vendor_server import read_request, reset, scripted

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
BODY = json.dumps({"id": 397, "status": "assigned"}).encode()
WHOLE = HEAD % len(BODY) + BODY
SHORT = 0.4  # seconds; a deadline that a test can wait for


def ask(url, **what):
    return Door(url).request("POST", "/calls", json={"a": 1}, **what)


def failure(url, **what):
    """The error of one exchange, whichever it is."""
    with pytest.raises(Exception) as caught:
        ask(url, **what)
    return caught.value


# --- What goes out ----------------------------------------------------------------------------


def test_an_exchange_carries_its_own_id_its_key_and_nothing_from_the_environment(vendor_server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    vendor_server.answer(200, {"fine": True})
    door = Door(vendor_server.url, auth=("demo", "demo-token"), headers={"x-api-key": "key-of-ours"})
    answer = door.request("POST", "/calls", json={"a": 1}, params={"page": 2})
    (seen,) = vendor_server.received
    assert (answer.status, answer.body, seen["json"], seen["query"]) == (200, {"fine": True}, {"a": 1}, {"page": "2"})
    assert seen["headers"]["x-request-id"] == answer.request_id
    assert seen["headers"]["authorization"] == "Basic ZGVtbzpkZW1vLXRva2Vu"
    assert seen["headers"]["x-api-key"] == "key-of-ours"


def test_a_connection_is_used_again_unless_a_fresh_one_is_asked_for(vendor_server):
    vendor_server.answer(200, {})
    door = Door(vendor_server.url)
    for _ in range(3):
        door.request("GET", "/")
    assert len(vendor_server.connections) == 1
    door.request("GET", "/", fresh=True)
    door.request("GET", "/", fresh=True)
    assert len(vendor_server.connections) == 3


def test_a_cookie_of_the_vendors_is_not_kept(vendor_server):
    vendor_server.answer(200, {}, Set_Cookie="sid=1; Path=/")
    for _ in range(2):
        ask(vendor_server.url)
    assert "cookie" not in vendor_server.received[1]["headers"]


def test_the_log_has_one_line_without_keys_bodies_numbers_or_the_query(vendor_server, caplog):
    caplog.set_level("DEBUG", "integrations.http")
    vendor_server.answer(200, {"secret": "of the body"})
    door = Door(vendor_server.url, auth=("demo", "token-of-ours"))
    door.request("GET", "/n/+12125550100/marta@example.com/c", params={"phone": "+12125550101"})
    (line,) = caplog.messages
    assert "GET 127.0.0.1" in line and " 200 " in line
    for hidden in ("1255501", "marta", "token-of-ours", "of the body", "phone="):
        assert hidden not in line


def test_nothing_begins_that_the_time_for_all_of_it_would_cut_short(vendor_server):
    """A worker's task ends at a fixed time; what it has begun by then must have its answer."""
    vendor_server.answer(200, {})
    with http.budget(10):
        assert ask(vendor_server.url, deadline=9).status == 200
        assert isinstance(failure(vendor_server.url, deadline=11), NotSent)
    assert len(vendor_server.received) == 1
    assert ask(vendor_server.url, deadline=11).status == 200


def test_ten_thousand_failures_are_a_few_lines(vendor_server, caplog):
    caplog.set_level("INFO", "integrations.http")
    vendor_server.answer(500, None)
    for _ in range(repeats.SAID + 5):
        failure(vendor_server.url)
    assert len(caplog.messages) == repeats.SAID


def test_what_only_read_and_worked_is_for_debugging(vendor_server, caplog):
    caplog.set_level("INFO", "integrations.http")
    door = Door(vendor_server.url)
    vendor_server.answer(200, {})
    door.request("GET", "/read")
    vendor_server.answer(201, {})
    door.request("POST", "/written")
    (line,) = caplog.messages
    assert "/written" in line


def test_our_own_key_in_an_answer_is_blanked(vendor_server):
    vendor_server.answer(400, {"message": "Key token-of-ours is odd"})
    answer = Door(vendor_server.url, auth=("demo", "token-of-ours")).request("GET", "/")
    assert answer.body == {"message": "Key ••• is odd"} and "token" not in answer.text


@pytest.mark.django_db(transaction=True)
def test_a_vendor_is_never_called_inside_a_transaction(vendor_server):
    vendor_server.answer(200, {})
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside an open transaction"):
        ask(vendor_server.url)
    assert vendor_server.received == []
    assert ask(vendor_server.url).status == 200


# --- Statuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204, 400, 403, 404, 405, 409, 422])
def test_what_a_vendors_own_page_explains_is_handed_to_its_client(vendor_server, status):
    vendor_server.answer(status, None if status == 204 else {"message": "so"})
    assert ask(vendor_server.url).status == status


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 599])
def test_an_error_of_the_vendors_own_leaves_it_uncertain(vendor_server, status):
    vendor_server.answer(status, {"message": "Server error"}, Retry_After="30")
    error = failure(vendor_server.url)
    assert type(error) is Uncertain and (error.status, error.words) == (status, "Server error")


def test_a_refused_key_is_for_a_person(vendor_server):
    vendor_server.answer(401, {"error": "Authentication failed"})
    error = failure(vendor_server.url)
    assert type(error) is Misconfigured and error.words == "Authentication failed"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(vendor_server, status):
    vendor_server.answer(status, None, Location=f"{vendor_server.url}/login")
    assert type(failure(vendor_server.url)) is Misconfigured
    assert len(vendor_server.received) == 1


def test_a_client_may_judge_a_status_itself(vendor_server):
    vendor_server.answer(429, {"errorCode": "QUOTA_EXCEEDED"})
    assert ask(vendor_server.url, accept=(429,)).status == 429


def test_429_says_how_long_to_wait(vendor_server):
    vendor_server.answer(429, {"message": "Slow down"}, Retry_After="30")
    error = failure(vendor_server.url)
    assert type(error) is RateLimited and (error.retry_after, error.words) == (30, "Slow down")


def in_seconds(seconds):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30), (" 0 ", 0), ("86400", 86400), ("86401", 86400), ("999999999999", 86400),
        ("-1", None), ("1e9", None), ("abc", None), ("", None), (None, None), ("30, 60", None),
        ("1.5", None), ("Fri, 99 Nov 2026 10:00:00 GMT", None), ("٣٠", None),
        # Ids that name no moment: two processes collect a second apart, and must find the same tests.
        pytest.param(in_seconds(-3600), 0, id="an hour ago"), pytest.param(in_seconds(10 * 86400), 86400, id="far off"),
    ],
)  # fmt: skip
def test_retry_after_is_read_and_nonsense_is_not(header, seconds):
    assert http.retry_after(header) == seconds


def test_retry_after_as_a_date_counts_from_now(time_machine_at_noon):
    assert http.retry_after("Fri, 20 Nov 2026 12:02:00 GMT") == 120


@pytest.fixture
def time_machine_at_noon():
    import time_machine

    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        yield


# --- Bodies -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"<html>Down for maintenance</html>", None),
        (b'{"id": 39', None),
        (b"", None),
        (b"\xef\xbb\xbf{\"id\": 1}", {"id": 1}),
        (b'{"name": "Jos\xe9"}', {"name": "Jos\ufffd"}),
        (b'{"rate": NaN, "most": Infinity}', {"rate": None, "most": None}),
        (b'{"rate": 1e999, "most": -1e999, "least": 1e-2}', {"rate": None, "most": None, "least": 0.01}),
        (b'{"a\\u0000": "x\\u0000y\\ud800z"}', {"a": "xyz"}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        (b"[" * 100_000, None),
        (b'{"n": ' + b"9" * 5000 + b"}", None),
    ],
    ids=["html", "half", "empty", "bom", "latin1", "nan", "too large", "nul", "emoji", "deep", "long number"],
)  # fmt: skip
def test_any_body_is_read_without_an_error(vendor_server, raw, body):
    vendor_server.answer(200, raw)
    assert ask(vendor_server.url).body == body


def test_words_are_found_wherever_a_vendor_puts_them():
    def said(body, text=""):
        return http.words(http.Answer(400, {}, body, text, "", 0))

    assert said({"message": "Contact not found"}) == "Contact not found"
    assert said({"api_id": "x", "error": {"error": "Rating has to be"}}) == "Rating has to be"
    assert said({"error": "bad_request", "message": "Missing"}) == "bad_request Missing"
    assert said(None, " <html> ") == "<html>"
    nested = {}
    for _ in range(5000):
        nested = {"error": nested}
    assert said(nested, "as it came") == "as it came"


# --- Not sent: nothing left this machine ------------------------------------------------------


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return unused.getsockname()[1]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (lambda: f"http://127.0.0.1:{free_port()}", "refused the connection"),
        (lambda: "http://no-such-host.invalid", "not found"),
    ],
    ids=["refused", "no name"],
)
def test_what_never_left_is_not_sent(url, sentence):
    error = failure(url())
    assert type(error) is NotSent and sentence in error.sentence and error.status is None


def test_a_connection_that_is_never_taken_is_not_sent():
    """A full backlog: the handshake is not answered, so the connect time-out ends it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        assert type(failure(f"http://127.0.0.1:{address[1]}", deadline=SHORT)) is NotSent
        for one in waiting:
            one.close()


def test_no_tls_is_not_sent():
    with scripted(lambda connection, request: connection.sendall(b"I do not speak TLS\r\n\r\n")) as url:
        error = failure(url.replace("http:", "https:"))
    assert type(error) is NotSent and "TLS" in error.sentence


def test_a_certificate_nobody_vouches_for_is_not_sent(own_certificate):
    received = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*own_certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with suppress(OSError):
                received.append(context.wrap_socket(connection, server_side=True).recv(100))

        thread = threading.Thread(target=serve)
        thread.start()
        error = failure(f"https://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
    assert type(error) is NotSent and "certificate" in error.sentence and received == []


@pytest.fixture
def own_certificate(tmp_path):
    """A self-signed certificate for 127.0.0.1, as (certificate, key) files."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    (tmp_path / "c.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (tmp_path / "k.pem").write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    return tmp_path / "c.pem", tmp_path / "k.pem"


def test_a_private_address_is_refused_where_only_public_ones_may_be_called(vendor_server):
    vendor_server.answer(200, {})
    with pytest.raises(NotSent, match="not a public one"):
        Door(vendor_server.url, public_only=True).request("GET", "/")
    assert vendor_server.received == []


@pytest.mark.parametrize(
    "door",
    [
        lambda url: Door("http://[half"),
        lambda url: Door(f"http://{'a' * 70}.example"),
        lambda url: Door("ftp://vendor.example"),
        lambda url: Door(url, headers={"x-api-key": "two\nlines"}),
        lambda url: Door(url, headers={"x-api-key": "not latin: •••••"}),
    ],
    ids=["address", "label", "scheme", "line break", "letters"],
)
def test_an_address_or_key_that_cannot_be_written_is_for_a_person(vendor_server, door):
    vendor_server.answer(200, {})
    with pytest.raises(Misconfigured):
        door(vendor_server.url).request("GET", "/")
    assert vendor_server.received == []


def test_what_cannot_be_written_as_json_is_refused_before_it_is_sent(vendor_server):
    with pytest.raises(Rejected):
        Door(vendor_server.url).request("POST", "/", json={"rating": float("nan")})
    assert vendor_server.received == []


# --- Uncertain: sent, answer unknown ----------------------------------------------------------


@pytest.mark.parametrize("cut", [0, 1, 9, 17, 40, len(WHOLE) - len(BODY), len(WHOLE) - 1])
@pytest.mark.parametrize("end", [reset, socket.socket.close], ids=["reset", "closed"])
def test_an_answer_broken_off_at_any_byte_is_uncertain(cut, end):
    def script(connection, request):
        connection.sendall(WHOLE[:cut])
        end(connection)

    with scripted(script) as url:
        assert type(failure(url)) is Uncertain


def test_a_stale_connection_that_breaks_is_uncertain_and_not_tried_again():
    asked = []

    def script(connection, request):
        asked.append(request)
        connection.sendall(WHOLE)
        asked.append(read_request(connection))  # the second exchange, on the same connection
        reset(connection)

    with scripted(script) as url:
        assert ask(url).body == {"id": 397, "status": "assigned"}
        assert type(failure(url)) is Uncertain
    assert len([request for request in asked if request]) == 2


@pytest.fixture
def stop():
    """Set at the end of the test: a server that drips or waits goes home."""
    event = threading.Event()
    yield event
    event.set()


def dripping(data, stop):
    def script(connection, request):
        for number in range(len(data)):
            connection.sendall(data[number : number + 1])
            if stop.wait(SHORT / 8):
                return

    return script


@pytest.mark.parametrize("dripped", [WHOLE, HEAD % 10_000 + b" " * 10_000], ids=["headers", "body"])
def test_a_dripping_server_meets_the_deadline(dripped, stop):
    """Each byte comes well within any read time-out; only the sum is too long."""
    with scripted(dripping(dripped, stop)) as url:
        error = failure(url, deadline=SHORT)
    assert type(error) is Uncertain and "in time" in error.sentence


def test_a_server_that_drips_the_body_after_quick_headers_meets_the_deadline(stop):
    def script(connection, request):
        connection.sendall(HEAD % 10_000)
        dripping(b" " * 10_000, stop)(connection, request)

    with scripted(script) as url:
        assert type(failure(url, deadline=SHORT)) is Uncertain


def test_a_server_that_says_nothing_is_uncertain(stop):
    with scripted(lambda connection, request: stop.wait(30)) as url:
        error = failure(url, deadline=SHORT)
    assert type(error) is Uncertain and "in time" in error.sentence


def endless(head, piece):
    def script(connection, request):
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return script


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", b" " * 65_536),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" " * 65_536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b" " * 0x8000 + b"\r\n"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["length", "no length", "chunked", "continue"],
)
def test_an_endless_answer_is_cut(head, piece):
    with scripted(endless(head, piece)) as url:
        error = failure(url)
    assert type(error) is Uncertain and "too large" in error.sentence


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_gzip_bomb_is_cut_before_it_is_memory(chunked):
    bomb = gzip.compress(b" " * 200_000_000, 9)  # 200 kB that would be 200 MB
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(bomb), bomb) if chunked else bomb
    head += b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"Content-Length: %d\r\n\r\n" % len(bomb)
    with scripted(lambda connection, request: connection.sendall(head + body)) as url:
        tracemalloc.start()
        error = failure(url)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert type(error) is Uncertain and "too large" in error.sentence
    assert most < 10 * BODY_LIMIT


def test_a_body_just_below_the_cap_is_read():
    body = json.dumps(["x" * (BODY_LIMIT - 100)]).encode()
    with scripted(lambda connection, request: connection.sendall(HEAD % len(body) + body)) as url:
        assert ask(url).body == ["x" * (BODY_LIMIT - 100)]


def test_broken_gzip_is_uncertain():
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"
    with scripted(lambda connection, request: connection.sendall(answer)) as url:
        assert type(failure(url)) is Uncertain


def test_an_answer_that_is_not_http_is_uncertain():
    with scripted(lambda connection, request: connection.sendall(b"SSH-2.0-OpenSSH_9\r\n\r\n")) as url:
        assert type(failure(url)) is Uncertain


def test_an_exchange_says_how_long_it_took(vendor_server):
    vendor_server.answer(200, {})
    before = time.monotonic()
    answer = ask(vendor_server.url)
    assert 0 <= answer.duration_ms <= (time.monotonic() - before) * 1000 + 1
