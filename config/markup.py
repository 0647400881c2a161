"""Text for markup that is written in Python."""

from html import escape


def text(value):
    """As Django's conditional_escape, for what is no translation: those make it take four times as long."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))
