"""What leaves the house when something breaks: no number, no address, no key, nobody's notes."""

import logging

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from config.logs import REPORTS


class Kept(Transport):
    """Keeps the envelopes that would have gone out."""

    def __init__(self, options=None):
        super().__init__(options)
        self.sent = []

    def capture_envelope(self, envelope):
        self.sent.append(envelope.serialize().decode())


@pytest.fixture
def reports():
    """Sentry as the settings start it, with a transport that goes nowhere."""
    kept = Kept()
    client = sentry_sdk.Client(dsn="https://key@sentry.example.test/1", transport=kept, **REPORTS)
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        yield kept


def test_a_report_is_masked_through_and_through(reports):
    logging.getLogger("tests").warning("Rang +12125550123 for marta@example.test, token: abcdef123456")
    try:
        notes = "She asked for Jon at +12125550124"
        raise ValueError(f"{notes} or jon@example.test")
    except ValueError:
        sentry_sdk.capture_exception()
    sentry_sdk.flush()
    report = "".join(reports.sent)
    assert "ValueError" in report and "Rang" in report
    for secret in ("2125550123", "2125550124", "marta@", "jon@", "abcdef123456"):
        assert secret not in report
