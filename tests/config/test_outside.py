"""Addresses that strangers wrote: a link goes to a web page, or there is none."""

import pytest
from django.template import Context, Template

from integrations.text import web_address

TAG = Template("{% outside url 'Their page' %}")


@pytest.mark.parametrize(
    "url",
    [
        "https://thereview.site/reviews/12345",
        "http://example.test:8080/a?b=c#d",
        "HTTPS://EXAMPLE.TEST",
        "  https://example.test/a  ",
        "https://пример.test/å",
        "http://[::1]/",
    ],
)
def test_a_web_page_may_be_opened(url):
    assert web_address(url) == url.strip()
    html = TAG.render(Context({"url": url}))
    assert 'rel="noopener noreferrer nofollow"' in html and 'target="_blank"' in html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//example.test/",
        "/reviews/1/",
        "https:///nothing",
        "https://",
        "ftp://example.test/",
        "https://bank.test@evil.test/",
        "https://@evil.test/",
        "https://bank.test\\@evil.test/",
        "https://evil.test/\u202egro.knab//:sptth",
        "https://evil.test/a b",
        "https://evil.test:port/",
        "https://[::1/",
        "",
        None,
    ],
)
def test_nothing_else_is_a_link(url):
    assert web_address(url) == ""
    assert TAG.render(Context({"url": url})) == ""
