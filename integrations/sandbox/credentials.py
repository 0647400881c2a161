"""What the vendors expect to be shown, and where they call back: the environment, read in one place."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Credentials:
    """The names and secrets every vendor checks, and our own public address."""

    ccai_subdomain: str
    ccai_token: str
    ccai_hook_user: str
    ccai_hook_password: str
    plivo_auth_id: str
    plivo_auth_token: str
    telesign_customer_id: str
    telesign_api_key: str
    telesign_hook_key: str
    telesign_hook_secret: str
    trestle_api_key: str
    feedbackapi_token: str
    public_url: str


def read(env=None):
    """The credentials in `env` (a mapping; the process's environment when None).

    An unset or empty variable takes the demo's value, which is also what the
    project assumes when its own environment is silent.
    """
    env = os.environ if env is None else env
    port = env.get("PORT") or "8000"
    return Credentials(
        ccai_subdomain=env.get("CCAI_SUBDOMAIN") or "demo",
        ccai_token=env.get("CCAI_TOKEN") or "demo-token",
        # Without them nobody entered our address at CCAI: it pushes no session events.
        ccai_hook_user=env.get("CCAI_HOOK_USER") or "",
        ccai_hook_password=env.get("CCAI_HOOK_PASSWORD") or "",
        # The official package refuses ids that are not MA or SA and 20 characters long.
        plivo_auth_id=env.get("PLIVO_AUTH_ID") or "MADEMO00000000000000",
        plivo_auth_token=env.get("PLIVO_AUTH_TOKEN") or "demo-plivo-token",
        telesign_customer_id=env.get("TELESIGN_CUSTOMER_ID") or "DEMO0000-0000-0000-0000-000000000000",
        telesign_api_key=env.get("TELESIGN_API_KEY") or "ZGVtby10ZWxlc2lnbi1rZXk=",
        telesign_hook_key=env.get("TELESIGN_HOOK_KEY") or "",  # empty: events are not signed
        telesign_hook_secret=env.get("TELESIGN_HOOK_SECRET") or "",
        trestle_api_key=env.get("TRESTLE_API_KEY") or "demo-trestle-key",
        feedbackapi_token=env.get("FEEDBACKAPI_TOKEN") or "demo-feedbackapi-token",
        public_url=(env.get("PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
    )
