"""Who says whom an agent is joined with: an app on the right, which knows calls (DECISIONS 2)."""

_deciders = []


def on_answer(decide):
    """Registers `decide(reference) -> Bridge | None`. In `ready()`."""
    _deciders[:] = [decide]


def bridge_of(reference):
    """The Bridge of the call with this reference; None where there is none to be joined with."""
    return _deciders[0](reference) if _deciders else None
