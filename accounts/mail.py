"""Mail to our own people: written in the transaction of what it tells about, handed over afterwards, once a key.

A worker that is stopped in the middle of handing a mail over leaves it "may not have arrived": it is not sent again
by itself, because nobody can tell whether the mail server had it. All that certainly did not go is tried again.
"""

import logging
import smtplib
import time
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.choices import LetterState
from accounts.models import Letter

log = logging.getLogger(__name__)
# Minutes until the next try; with the last one it is an evening, and then nobody wants yesterday's mail any more.
WAITS = (1, 5, 15, 60, 180)
# Seconds; well below the work queue's time-out (40), which would stop a worker in the middle of a letter.
TURN = 20
LOST_AFTER = timedelta(minutes=5)  # a mail server gets EMAIL_TIMEOUT a step: after this the worker is gone
KEPT = timedelta(days=180)
SUBJECT_KEPT = 200
DEACTIVATED = "This person’s account is deactivated."


def write(key, recipient, template, context, html=False):
    """The Letter `key` to a User, from `<template>_subject.txt`, `_message.txt` and, with `html`, `_message.html`.

    Times in it are by the recipient's clock. None where this key was written before. Call it in the transaction of
    what it tells about; it goes when that is committed.
    """
    with timezone.override(_clock_of(recipient)):
        given = {"recipient": recipient, "site": settings.PUBLIC_URL, **context}
        subject = " ".join(render_to_string(f"{template}_subject.txt", given).split())[:SUBJECT_KEPT]
        text = render_to_string(f"{template}_message.txt", given)
        markup = render_to_string(f"{template}_message.html", given) if html else ""
    try:
        with transaction.atomic():
            letter = Letter.objects.create(key=key, recipient=recipient, subject=subject, text=text, html=markup)
    except IntegrityError:
        if Letter.objects.filter(key=key).exists():
            return None
        raise
    transaction.on_commit(_ring, robust=True)
    return letter


def _clock_of(user):
    """Theirs; the house's own where nobody knows that zone (any more)."""
    try:
        return ZoneInfo(user.time_zone or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def _ring():
    from django_q.tasks import async_task  # the queue is asked only where there is something to send

    async_task("accounts.tasks.send_letters")


def send_due():
    """Hand over what is due, a turn long; the next takes the rest. Safe to call from anywhere, by as many as like."""
    _give_up_lost()
    ends = time.monotonic() + TURN
    due = Letter.objects.filter(state=LetterState.WAITING, not_before__lte=timezone.now())
    for pk in list(due.order_by("not_before", "pk").values_list("pk", flat=True)):
        send(pk)
        if time.monotonic() > ends:
            return _ring()


def _give_up_lost():
    lost = Letter.objects.filter(state=LetterState.SENDING, taken_at__lt=timezone.now() - LOST_AFTER)
    lost.update(state=LetterState.UNCLEAR, why="The worker was stopped while it handed this mail over.")


def send(pk):
    """Hand one over, if it waits and nobody else has it."""
    now = timezone.now()
    mine = Letter.objects.filter(pk=pk, state=LetterState.WAITING, not_before__lte=now)
    if not mine.update(state=LetterState.SENDING, taken_at=now, tries=F("tries") + 1):
        return
    letter = Letter.objects.select_related("recipient").get(pk=pk)
    state, why = (LetterState.NOT_SENT, DEACTIVATED) if not letter.recipient.is_active else _hand_over(letter)
    _conclude(letter, state, why)


def send_again(letter):
    """A person wants one that may not have arrived, or was not sent, to go (again). Whether it waits now."""
    over = Letter.objects.filter(pk=letter.pk, state__in=(LetterState.UNCLEAR, LetterState.NOT_SENT))
    if not over.update(state=LetterState.WAITING, not_before=timezone.now(), tries=0, why=""):
        return False
    transaction.on_commit(_ring, robust=True)
    return True


def _hand_over(letter):
    """(state, why) after one try. The steps are apart, because only the second may have told the mail server all."""
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        return LetterState.WAITING, _said(error)
    try:
        connection.send_messages([_message(letter)])
    except smtplib.SMTPRecipientsRefused as error:
        return _refused(error)
    except smtplib.SMTPResponseException as error:
        # It answered, so it does not have the mail: 4xx means later, 5xx never.
        return (LetterState.WAITING if error.smtp_code < 500 else LetterState.NOT_SENT), _said(error)
    except (smtplib.SMTPException, OSError) as error:
        return LetterState.UNCLEAR, _said(error)
    except ValueError as error:  # an address no mail server takes
        return LetterState.NOT_SENT, _said(error)
    finally:
        _close(connection)
    return LetterState.SENT, ""


def _refused(error):
    """Of an address that was not taken. With 4xx not yet: a server that does not know us says so the first time
    ("greylisting"), and it has heard nothing of the mail itself."""
    codes = [code for code, _ in error.recipients.values()]
    if codes and all(400 <= code < 500 for code in codes):
        return LetterState.WAITING, "The mail server does not take mail to this address yet."
    return LetterState.NOT_SENT, "The mail server does not take mail to this address."


def _close(connection):
    """What was sent is sent, also where the mail server does not say good-bye."""
    try:
        connection.close()
    except (smtplib.SMTPException, OSError) as error:
        log.info("The mail server did not close well: %s", type(error).__name__)


def _said(error):
    """Only its kind: what a mail server says may repeat the mail."""
    return f"The mail server did not take it ({type(error).__name__})."


def _message(letter):
    host = urlsplit(settings.PUBLIC_URL).hostname or "aftercall"
    headers = {"Message-ID": f"<{letter.uuid}@{host}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.recipient.email], headers=headers)
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def _conclude(letter, state, why):
    now = timezone.now()
    changes = {"state": state, "why": why}
    if state == LetterState.SENT:
        changes["sent_at"] = now
    if state == LetterState.WAITING:
        if letter.tries > len(WAITS):
            changes["state"] = LetterState.NOT_SENT
        else:
            changes["not_before"] = now + timedelta(minutes=WAITS[letter.tries - 1])
    if changes["state"] != LetterState.SENT:
        log.warning("Letter %s to user %s: %s %s", letter.pk, letter.recipient_id, changes["state"], why)
    # Whoever was so late that it was given up meanwhile still knows best, but not of a later try.
    ours = Letter.objects.filter(pk=letter.pk, taken_at=letter.taken_at)
    ours.filter(state__in=(LetterState.SENDING, LetterState.UNCLEAR)).update(**changes)


def forget_old():
    """Mails are kept for half a year; what they told about stands where it stands."""
    Letter.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
