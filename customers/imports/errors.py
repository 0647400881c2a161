"""Why a file or a row is not taken. `str()` is the sentence for people."""


class CannotRead(ValueError):
    """The file, or what was chosen for it, is of no use."""


class Odd:
    """A cell that cannot be read, in the place of its value: one bad cell stops no other."""

    __slots__ = ("why",)

    def __init__(self, why):
        self.why = why

    def __repr__(self):
        return f"Odd({self.why!r})"
