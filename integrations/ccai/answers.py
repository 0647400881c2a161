"""What an answer of CCAI's means, the same for every request (ccai_calls.txt, docs/vendor-facts.md 1)."""

import re

from integrations import http
from integrations.ccai.refusals import refusal
from integrations.errors import Misconfigured, Rejected

APPS, MANAGER = "/apps/api/v1", "/manager/api/v1"
PER_PAGE = 100  # larger values are cut to this
_WHERE = "CCAI finds nothing at this address: check the subdomain."


def needs_agent(answer):
    """200 with an echo of the request, or 202 without a body: the page prints one case in both ways."""
    echoed = isinstance(answer.body, dict)
    return (answer.status in (200, 202) and echoed) or (answer.status == 202 and not answer.text.strip())


def has_more(answer, per_page):
    """Whether the Link header (RFC 5988) names a next page; without one, whether this page was full."""
    link = answer.headers.get("link")
    if link is None:
        return len(answer.body) >= per_page
    return re.search(r'rel="?next"?', link) is not None


def refuse(answer):
    """Raise what a 4xx means: a wrong address or right, else a refusal in a sentence."""
    if answer.status == 404:
        raise Misconfigured(_WHERE, **http.facts(answer))
    if answer.status == 403:
        raise Misconfigured("CCAI does not let this token do that.", **http.facts(answer))
    found = refusal(http.words(answer))
    raise Rejected(found.sentence, param=found.param, **http.facts(answer))
