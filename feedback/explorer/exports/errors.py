"""Why there is no file."""


class CannotExport(Exception):
    """`str()` is a sentence for its owner."""


class LeaseLost(Exception):
    """Somebody else has it now, or it was cancelled: nothing more may be written."""
