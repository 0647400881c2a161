"""Misbehaviour on request, and answers told in advance: lists worked off in the order given.

Both are kept in the store, so a restart forgets none. A fault needs `vendor` and
`kind`; an answer needs `vendor` and `status`. A vendor is a name, a mount
(`plivo-stats` is the narrower half of `plivo`) or `*`.
"""

import random
import re

VENDORS = ("ccai", "plivo", "plivo-stats", "trestle", "telesign", "feedbackapi", "*")
KINDS = ("status", "reset", "hang", "slow", "badjson", "html")
# These spoil an answer, so there must be one: the vendor does its work whatever `when` says.
SPOILERS = ("slow", "badjson")
_FAULT = {"vendor", "path", "kind", "when", "status", "retry_after", "p", "count", "seconds"}
_ANSWER = {"vendor", "method", "path", "status", "body", "text", "headers", "count", "effect"}
_DEFAULTS = {"p": 1, "count": 1, "when": "before", "seconds": 30}


class Wrong(ValueError):
    """A fault or an answer nobody can act on; the text is a sentence for its sender."""


def _number(item, key, low, whole=False, high=None):
    value = item.get(key)
    kinds = int if whole else (int, float)
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, kinds) or value < low or (high is not None and value > high):
        until = "" if high is None else f" to {high}"
        raise Wrong(f"“{key}” must be a {'whole ' if whole else ''}number from {low}{until}.")


def _common(item, known):
    if not isinstance(item, dict):
        raise Wrong("Each entry must be a JSON object.")
    if unknown := sorted(set(item) - known):
        raise Wrong(f"Unknown key “{unknown[0]}”. Known: {', '.join(sorted(known))}.")
    if item.get("vendor") not in VENDORS:
        raise Wrong(f"“vendor” must be one of {', '.join(VENDORS)}.")
    _number(item, "count", 1, whole=True)
    _number(item, "status", 100, whole=True, high=599)
    _path(item.get("path"))


def _path(pattern):
    if pattern is None:
        return
    if not isinstance(pattern, str):
        raise Wrong("“path” must be text: a part of the path, or a regular expression.")
    try:
        re.compile(pattern)
    except re.error as error:
        raise Wrong(f"“path” is not a regular expression: {error}.") from None


def fault(item):
    """The fault with its defaults filled in. Raises Wrong."""
    _common(item, _FAULT)
    _number(item, "p", 0, high=1)
    _number(item, "seconds", 0)
    if item.get("kind") not in KINDS:
        raise Wrong(f"“kind” must be one of {', '.join(KINDS)}.")
    if item.get("when", "before") not in ("before", "after"):
        raise Wrong("“when” must be before or after.")
    if item["kind"] == "status" and item.get("status") is None:
        raise Wrong("A fault of kind status needs “status”.")
    if not isinstance(item.get("retry_after"), (int, float, str, type(None))):
        raise Wrong("“retry_after” must be a number of seconds or a date.")
    return {**_DEFAULTS, **{key: value for key, value in item.items() if value is not None}}


def answer(item):
    """The told answer with its defaults filled in. Raises Wrong."""
    _common(item, _ANSWER)
    if item.get("status") is None:
        raise Wrong("An answer needs “status”.")
    if "body" in item and "text" in item:
        raise Wrong("An answer has “body” (JSON) or “text”, not both.")
    if not all(isinstance(item.get(key, ""), str) for key in ("method", "text")):
        raise Wrong("“method” and “text” must be text.")
    headers = item.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise Wrong("“headers” must be an object of texts.")
    if not isinstance(item.get("effect", False), bool):
        raise Wrong("“effect” must be true or false.")
    return {"count": 1, "effect": False, **item}


def _matches(item, vendor, mount, method, path):
    if item["vendor"] not in (vendor, mount, "*") or item.get("method", method).upper() != method:
        return False
    wanted = item.get("path")
    return wanted is None or wanted in path or bool(re.search(wanted, path))


class Queue:
    """The waiting faults or answers of one kind, in the store."""

    def __init__(self, store, kind, read, die=random.random):
        self._store, self._kind, self._read, self._die = store, kind, read, die

    def add(self, items):
        """Check all, then keep all; returns them with defaults. Raises Wrong."""
        if not isinstance(items, list):
            raise Wrong("Send a JSON list.")
        checked = [self._read(item) for item in items]
        for item in checked:
            number = self._store.next(self._kind)
            self._store.put(self._kind, number, {**item, "n": number})
        return checked

    def waiting(self):
        """What still waits, in the order it will be used."""
        return [{key: value for key, value in item.items() if key != "n"} for item in self._store.all(self._kind)]

    def clear(self):
        self._store.clear(self._kind)

    def take(self, vendor, mount, method, path):
        """The next one for this request, counted down; None when none applies."""
        with self._store.lock:
            for item in self._store.all(self._kind):
                if _matches(item, vendor, mount, method, path) and self._die() < item.get("p", 1):
                    return self._use(item)

    def _use(self, item):
        if item["count"] > 1:
            self._store.put(self._kind, item["n"], {**item, "count": item["count"] - 1})
        else:
            self._store.drop(self._kind, item["n"])
        return item
