"""What a first visit transfers: the page, its styles, scripts and the typeface, as whitenoise compresses them."""

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

LIMIT = 100 * 1024


@pytest.fixture(scope="module", autouse=True)
def typeface():
    call_command("build_fonts")


def weight(name):
    """Bytes on the wire of one static file: fonts are compressed already."""
    content = Path(finders.find(name)).read_bytes()
    return len(content) if name.endswith(".woff2") else len(brotli.compress(content))


def static_files(html):
    return re.findall(r'(?:href|src)="/static/([^"]+)"', html)


def test_the_first_load_of_the_heaviest_page_stays_under_100_kilobytes(as_admin):
    html = as_admin.get("/styleguide/").content.decode()
    files = static_files(html)
    assert "fonts/manrope-latin.woff2" in files
    assert len(brotli.compress(html.encode())) + sum(map(weight, files)) < LIMIT


def test_every_file_a_page_asks_for_is_there(as_admin):
    files = static_files(as_admin.get("/styleguide/").content.decode())
    assert [name for name in files if not finders.find(name)] == []


def test_without_the_typeface_no_page_asks_for_it(as_admin, monkeypatch):
    find = finders.find
    monkeypatch.setattr(finders, "find", lambda name, *args, **more: None if "fonts/" in name else find(name))
    html = as_admin.get("/styleguide/").content.decode()
    assert "fonts/" not in html
    assert "css/tokens.css" in html


def test_no_page_carries_a_style_or_a_handler_of_its_own(as_admin):
    html = as_admin.get("/styleguide/").content.decode()
    assert not re.search(r"\sstyle=|\son\w+=|hx-on|<style|javascript:", html)
