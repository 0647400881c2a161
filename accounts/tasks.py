"""What the worker does for this room."""

from accounts import mail


def send_letters():
    """Hand over the mails that are due; rung when one is written, and each minute."""
    mail.send_due()


def forget_letters():
    """Once a day: mails nobody needs any more."""
    mail.forget_old()
