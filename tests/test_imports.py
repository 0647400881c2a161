"""The shape of the house, read from the source: which way imports point, what lies where, what is never written.

    accounts <- integrations <- customers <- calls <- feedback <- config

Each rule is a small function from text to faults, tried first on text that breaks it.
"""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("accounts", "integrations", "customers", "calls", "feedback", "config")
VENDORS = ("ccai", "plivo", "telesign", "trestle", "feedbackapi")
TOP_LEVEL = {
    "manage.py", "requirements.txt", "README.md", "Makefile", "pyproject.toml", "compose.yaml", "Dockerfile",
    "docs", ".ci", ".gitignore", ".dockerignore", "config", "accounts", "integrations", "customers", "calls",
    "feedback", "templates", "static", "tests",
}  # fmt: skip
SANDBOX_USERS = ("integrations/sandbox/", "integrations/management/commands/sandbox.py", "tests/")
# The one HTTP door; and the demo, which asks its own processes on loopback whether they are up.
MAY_OPEN_SOCKETS = (
    "integrations/http.py",
    "integrations/transport.py",
    "config/demo/run.py",
    "config/demo/vendor_side.py",
)
# Names a model on the right gives to one on its left. Asking for them on the left is a wrong arrow.
REVERSE_NAMES = {
    "calls": {"rating", "draft", "rating_legs"},
    "customers": {"calls", "rating", "draft"},
    "integrations": {"rating_legs", "flag_leg", "carrier_records", "customers", "calls"},
    "accounts": {"calls", "ratings", "locations", "customers"},
}
# The wire's own parts from left to right; each sees itself and those before it.
WIRE = ("contracts choices errors text", "http", "vendor client", "vendor delivery", "vendors", "outbox", "tasks")


def files(*patterns):
    """Every committed or new file that matches, as (path from the root, its text)."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in sorted(filter(None, listed.split("\0"))):
        if (ROOT / name).is_file():
            yield name, (ROOT / name).read_text()


def imports(path, source):
    """Every module a file imports, wherever in it, with its line: (dotted name, line)."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            yield from ((f"{module}.{name.name}", node.lineno) for name in node.names)


def wrong_arrows(path, source):
    room = path.split("/")[0]
    if room not in ROOMS:
        return []
    allowed = {*ROOMS[: ROOMS.index(room) + 1]}
    return [
        f"{path}:{line} {room} imports {module}"
        for module, line in imports(path, source)
        if module.split(".")[0] in {*ROOMS, "tests"} - allowed
        and not (module == "config.logs.request_id" or module.startswith("config.env."))
    ]


def wire_place(module):
    """Where a module of the wire stands in its line (0 is leftmost), or None for one that is bound by no rule."""
    parts = module.split(".")
    if parts[0] != "integrations" or len(parts) < 2:
        return None
    if parts[1] in VENDORS:
        return 2 + (len(parts) > 2 and parts[2] == "delivery")
    lines = {name: place for place, names in enumerate(WIRE) for name in names.split() if "vendor " not in names}
    return lines.get(parts[1])


def wrong_wires(path, source):
    own = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    here = wire_place(own)
    if here is None:
        return []
    faults = []
    for module, line in imports(path, source):
        there = wire_place(module)
        if there is not None and there > here:
            faults.append(f"{path}:{line} {own} imports {module}, which stands to its right")
        vendors = {name.split(".")[1] for name in (own, module) if name.startswith("integrations.")} & {*VENDORS}
        if len(vendors) == 2:
            faults.append(f"{path}:{line} one vendor imports another: {module}")
    return faults


def wrong_sandbox(path, source):
    if path.startswith(SANDBOX_USERS):
        return []
    return [
        f"{path}:{line} imports sandbox code"
        for module, line in imports(path, source)
        if module.startswith("integrations.sandbox")
    ]


def wrong_lookups(path, source):
    """`rating__…` in a query of calls: an arrow without an import."""
    room = path.split("/")[0]
    names = REVERSE_NAMES.get(room, set()) - own_fields(room)
    return [
        f"{path}:{line} asks to the right: {word}"
        for word, line in words_of_lookups(source)
        if "__" in word and word.lstrip("-").split("__")[0] in names
    ]


def words_of_lookups(source):
    """Keyword names, and texts that look like a field's path, with their lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg:
            yield node.arg, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"-?[a-z_]+", node.value):
            yield node.value, node.lineno


@cache
def own_fields(room):
    """Names that a room's own models define, which therefore point nowhere else."""
    if room not in ROOMS or not (ROOT / room / "models.py").exists():
        return set()
    source = (ROOT / room / "models.py").read_text()
    return {
        target.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


INLINE = re.compile(
    r"""
    <style\b | <script(?![^>]*\bsrc=)[^>]*>
    | \sstyle\s*= | \son[a-z]+\s*=\s*["'] | \shx-on\b
    | hx-vals\s*=\s*["']js: | javascript:
    """,
    re.IGNORECASE | re.VERBOSE,
)
JSON_SCRIPT = re.compile(r"""<script[^>]*type=["']application/json["'][^>]*>""")


def inline_code(path, text):
    text = JSON_SCRIPT.sub("", re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", text, flags=re.S))
    return [
        f"{path}:{text[: found.start()].count(chr(10)) + 1} {found.group().strip()}" for found in INLINE.finditer(text)
    ]


def direct_requests(path, source):
    if path.startswith(("tests/", "integrations/sandbox/")) or path in MAY_OPEN_SOCKETS:
        return []
    doors = ("requests", "httpx", "urllib3", "http.client", "urllib.request")
    return [
        f"{path}:{line} opens its own door to the network with {module}"
        for module, line in imports(path, source)
        if module.split(".")[0] in doors or module.startswith(("http.client", "urllib.request"))
    ]


# What each rule must catch: a rule that catches nothing holds nothing.
BROKEN = [
    (wrong_arrows, "calls/x.py", "def f():\n    from feedback import models"),
    (wrong_arrows, "accounts/x.py", "import integrations.http"),
    (wrong_arrows, "calls/views/x.py", "from ...feedback import models"),
    (wrong_arrows, "customers/x.py", "from tests.world import World"),
    (wrong_wires, "integrations/http.py", "from integrations import vendors"),
    (wrong_wires, "integrations/plivo/client.py", "from integrations.plivo import delivery"),
    (wrong_wires, "integrations/plivo/client.py", "from integrations.ccai import client"),
    (wrong_wires, "integrations/outbox/work.py", "from integrations.tasks import deliver"),
    (wrong_sandbox, "config/demo/run.py", "from integrations.sandbox import server"),
    (wrong_lookups, "calls/selectors.py", "Call.objects.filter(rating__quality=5)"),
    (wrong_lookups, "calls/selectors.py", "Call.objects.order_by('-rating__saved_at')"),
    (inline_code, "x.html", '<p style="color:red">'),
    (inline_code, "x.html", "<button onclick='go()'>"),
    (inline_code, "x.html", "<script>go()</script>"),
    (inline_code, "x.html", '<div hx-on:click="go()">'),
    (inline_code, "x.html", "<div hx-vals='js:{a: 1}'>"),
    (direct_requests, "calls/services.py", "def f():\n    import requests"),
]
FINE = [
    (wrong_arrows, "feedback/x.py", "from calls.models import Call"),
    (wrong_wires, "integrations/plivo/delivery.py", "from integrations.plivo import client"),
    (wrong_lookups, "feedback/selectors.py", "Call.objects.filter(rating__quality=5)"),
    (wrong_lookups, "calls/selectors.py", "Call.objects.filter(customer__name='x')"),
    (inline_code, "x.html", '<script src="a.js" defer></script><a class="btn" href="/on/">on = off</a>'),
]


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_each_rule_catches_what_it_forbids(rule, path, text):
    assert rule(path, text)


@pytest.mark.parametrize(("rule", "path", "text"), FINE)
def test_each_rule_lets_pass_what_is_right(rule, path, text):
    assert rule(path, text) == []


@pytest.mark.parametrize("rule", [wrong_arrows, wrong_wires, wrong_sandbox, wrong_lookups, direct_requests])
def test_the_code_keeps(rule):
    assert [fault for path, source in files("*.py") for fault in rule(path, source)] == []


def test_templates_carry_no_code_and_no_style():
    assert [
        fault for path, text in files("templates/*.html", "*/templates/*.html") for fault in inline_code(path, text)
    ] == []


def test_the_top_level_is_exactly_what_it_should_be():
    found = {
        path.split("/")[0] for path, _ in files("*.py", "*.md", "*.txt", "*.toml", "*.yaml", "Makefile", "Dockerfile")
    }
    assert found <= TOP_LEVEL
