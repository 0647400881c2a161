"""The addresses of ours that Plivo is given for one call. Each is signed by Plivo as it stands here.

answer     the agent has picked up: what now?       fallback   the same, after three failures of `answer`
ring       the agent's phone rings                  hangup     the agent's side is over
customer   news of the customer's side              dialled    how the customer's side ended
"""

from urllib.parse import urlsplit

from django.conf import settings

from integrations import hosts

ANSWER, FALLBACK, RING, HANGUP, CUSTOMER, DIALLED = "answer", "fallback", "ring", "hangup", "customer", "dialled"
WANT_INSTRUCTIONS = (ANSWER, FALLBACK)
WHICH = (*WANT_INSTRUCTIONS, RING, HANGUP, CUSTOMER, DIALLED)
NOT_REACHABLE = (
    "Plivo could not call us back, so nothing was dialled: PUBLIC_URL must be an https address that is reachable "
    "from outside. Tell an admin."
)


def public_url(path_and_query):
    """The address Plivo was given and signs: our public one, never the Host header's."""
    return settings.PUBLIC_URL.rstrip("/") + path_and_query


def of_call(reference, which):
    """The address of one of WHICH for the call with this reference."""
    return public_url(f"/hooks/plivo/{reference}/{which}/")


def is_reachable_from(api_base_url):
    """Whether what answers at `api_base_url` could call us back: Plivo by https, a sandbox on this machine as it is."""
    ours = urlsplit(settings.PUBLIC_URL)
    if hosts.is_loopback(urlsplit(api_base_url).hostname or ""):
        return True
    return ours.scheme == "https" and hosts.is_public(ours.hostname or "")
