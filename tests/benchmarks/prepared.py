"""A stand-in for FeedbackAPI that costs next to nothing: prepared rows, served by a process of its own.

    python -m tests.benchmarks.prepared CUSTOMERS REVIEWS [DELAY_MS]

Prints its address. It knows lists only, in the order of `created`, as feedbackapi.txt prints them: `limit`, `page`,
`created_after`, `created_before`. Rows are made once, so an answer is a bisection and a join.
"""

import asyncio
import json
import sys
from bisect import bisect_left, bisect_right
from urllib.parse import parse_qs, urlsplit

BEGAN = 1_640_995_200  # the beginning of 2022
STEP = 300  # seconds between two rows: 100,000 of them end in December 2022, long before any overlap
LOCATIONS = 50


def customers(number):
    for n in range(number):
        yield {
            "id": f"c{n:07}",
            "created": BEGAN + n * STEP,
            "email": f"customer{n}@example.test",
            "mobile_number": f"+1813{2000000 + n}",
            "fname": f"Jane{n % 997}",
            "sname": f"Doe{n % 9973}",
            "last_sms": BEGAN + n * STEP + 86_400,
            "last_email": None,
            "country_code": "US",
            "invalid": n % 50 == 0,
            "opt_out": n % 40 == 0,
            "locations": [f"l{n % LOCATIONS:05}"],
        }


def reviews(number):
    for n in range(number):
        yield {
            "id": f"r{n:07}",
            "created": BEGAN + n * STEP,
            "title": f"Visit {n}",
            "description": f"They were on time and kind, and explained every step of it to us. Number {n}.",
            "location": f"l{n % LOCATIONS:05}",
            "platform": "google",
            "platform_name": "Google",
            "rating": 1 + n % 5,
            "url": f"https://reviews.example.test/{n}",
            "reviewer_name": f"Reviewer {n % 5003}",
            "reviewer_image": f"https://pictures.example.test/{n}.jpg",
            "reviewer_url": f"https://reviewers.example.test/{n % 5003}",
        }


def locations(number=LOCATIONS):
    for n in range(number):
        yield {
            "id": f"l{n:05}",
            "created": BEGAN + n,
            "name": f"Location {n}",
            "address_line_1": f"{n} Main Street",
            "address_line_2": "Tampa",
            "address_line_3": "FL",
            "postal_code": "33601",
            "country_code": "US",
        }


class Prepared:
    """One list: its rows as bytes, and their stamps to look them up by."""

    def __init__(self, rows):
        self.stamps, self.rows = [], []
        for row in rows:
            self.stamps.append(row["created"])
            self.rows.append(json.dumps(row, separators=(",", ":")).encode())

    def answer(self, query):
        after, before = query.get("created_after"), query.get("created_before")
        low = bisect_left(self.stamps, int(after)) if after else 0
        high = bisect_right(self.stamps, int(before)) if before else len(self.rows)
        limit, page = int(query.get("limit", 10)), int(query.get("page", 0))
        rows = self.rows[low + page * limit : min(low + (page + 1) * limit, high)]
        head = b'{"page":%d,"total_count":%d,"total_returned":%d,"data":[' % (page, max(high - low, 0), len(rows))
        return head + b",".join(rows) + b"]}"


class Http(asyncio.Protocol):
    """Just enough of HTTP/1.1 for GET over a kept connection."""

    lists, delay = {}, 0.0

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            target = self.buffer[:end].split(b" ", 2)[1].decode()
            self.buffer = self.buffer[end + 4 :]
            self.say(target)

    def say(self, target):
        parts = urlsplit(target)
        found = self.lists.get(parts.path.rsplit("/", 1)[-1], self.lists["nothing"])
        body = found.answer({name: values[-1] for name, values in parse_qs(parts.query).items()})
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, head + body)
        else:
            self.transport.write(head + body)


async def serve(numbers, delay):
    Http.delay = delay
    Http.lists = {
        "customers": Prepared(customers(numbers[0])),
        "reviews": Prepared(reviews(numbers[1])),
        "locations": Prepared(locations()),
        "nothing": Prepared(()),
    }
    server = await asyncio.get_running_loop().create_server(Http, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    made = [int(text) for text in sys.argv[1:3]]
    asyncio.run(serve(made, float(sys.argv[3]) / 1000 if len(sys.argv) > 3 else 0.0))
