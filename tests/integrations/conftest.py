"""What the wire's tests share."""

from tests.integrations.fake_vendor import heard, vendor  # noqa: F401
from tests.integrations.vendor_server import vendor_server  # noqa: F401
