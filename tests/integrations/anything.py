"""Whatever a vendor might send: any JSON, small; and how hypothesis looks for it (no clock decides a test)."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
patient = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
