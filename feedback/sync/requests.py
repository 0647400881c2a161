"""Requests for feedback as FeedbackAPI lists them: ours, known by the id its answer gave, and those made elsewhere.

Of ours it stays who asked, why, for which call and when; the rest is the vendor's report.
"""

from django.db import IntegrityError, transaction

from customers.sync import linking
from feedback.choices import RequestOrigin
from feedback.models import FeedbackRequest, MessageTemplate
from feedback.sync.answers import answers
from feedback.sync.copies import COPIED, Copies, Found
from integrations.feedbackapi import reports
from integrations.models import Connection
from integrations.sync import upsert

SMS, SUPPRESSED = "sms", "suppressed"  # the vendor's words of `type`
_REPORTED = (
    "vendor_customer", "vendor_template", "vendor_location", "type", "vendor_updated_at", "opened", "clicked",
    "bounced", "bounce_reason", "spam_complaint", "full_url", "branded_url", "vendor_feedback",
)  # fmt: skip
_OURS = ("customer_id", "location_id", "template_id", "due_at", "feedback_id")


class _Requests(Copies):
    model = FeedbackRequest
    columns = (*_REPORTED, *_OURS)
    born = ("origin", "requested_at", "suppress", "is_handed_over")

    def adopted(self, connection, rows):
        """A request of ours whose answer was recorded and not yet understood: its delivery has the id."""
        ids = [row.vendor_id for row in rows]
        ours = FeedbackRequest.objects.filter(
            vendor_id=None, delivery__connection=connection, delivery__vendor_ref__in=ids
        )
        keys = {ref: pk for pk, ref in ours.values_list("pk", "delivery__vendor_ref")} if ids else {}
        return (
            [row for row in rows if row.vendor_id not in keys],
            [(keys[row.vendor_id], row) for row in rows if row.vendor_id in keys],
        )

    def add(self, connection, rows, found):
        self._find_more(connection, rows, found)
        super().add(connection, rows, found)

    def change(self, connection, pairs, found):
        """With an object each: what we know better stays."""
        self._find_more(connection, [row for _, row in pairs], found)
        requests = (
            FeedbackRequest.objects.select_for_update(no_key=True).order_by("pk").in_bulk([pk for pk, _ in pairs])
        )
        for pk, row in pairs:
            if not _is_older(row, requests[pk]):
                self._report(connection, requests[pk], self.cleaned(row), found)
        upsert.Table(FeedbackRequest, (*COPIED, *self.columns)).update_objects(list(requests.values()))

    def _find_more(self, connection, rows, found):
        found.answers = answers.take_nested(connection, [row.feedback for row in rows if _answer_id(row)])
        ids = {row.template for row in rows} - {""}
        templates = MessageTemplate.objects.filter(connection=connection, vendor_id__in=ids).order_by("account", "-pk")
        found.templates = dict(templates.values_list("vendor_id", "pk")) if ids else {}

    def values(self, row, found):
        return (*_reported(row), *_linked(row, found))

    def born_values(self, row, now):
        return (RequestOrigin.VENDOR.value, row.created_at or now, row.type == SUPPRESSED, True)

    def _report(self, connection, request, row, found):
        request.connection_id, request.vendor_id, request.gone_at = connection.pk, row.vendor_id, None
        request.vendor_created_at, request.vendor_raw, request.vendor_digest = row.created_at, row.raw, row.digest
        for name, value in zip(_REPORTED, _reported(row), strict=True):
            if name != "vendor_feedback" or value:  # an answer is not taken back
                setattr(request, name, value)
        waits_here = request.due_at is not None and not request.is_handed_over  # sent when it was due, not before
        for name, value in zip(_OURS, _linked(row, found), strict=True):
            if value is not None and not (name == "due_at" and waits_here):
                setattr(request, name, value)

    def apply(self, request, raw):
        """Puts the vendor's object into our saved request; gives it, saved. Call it in a transaction."""
        connection, row = Connection.objects.of("feedbackapi"), self.read(raw)
        try:
            with transaction.atomic():
                self._apply(connection, request, row)
        except IntegrityError:  # a reading brought it in at this very moment
            self._apply(connection, request, row)
        request.refresh_from_db()
        return request

    def _apply(self, connection, request, row):
        FeedbackRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
        other = linking.holder(request, connection, row.vendor_id) if row.vendor_id else None
        if other:
            row = self.read(other.vendor_raw) if _is_older(row, other) else row
            linking.absorb(request, other)
        self.change(connection, [(request.pk, row)], Found(connection, [row]))


def _is_older(row, request):
    """Whether the row was shown before what we have already."""
    return bool(row.updated_at and request.vendor_updated_at and row.updated_at < request.vendor_updated_at)


def _answer_id(row):
    return row.feedback.vendor_id if row.feedback else ""


def _reported(row):
    opened = None if row.type == SMS else row.message_opened  # a text message cannot be seen to be opened
    return (
        row.subscriber, row.template, row.location, row.type[:40], row.updated_at, opened, row.message_clicked,
        row.message_bounced, row.bounce_reason, row.spam_complaint, row.full_url[:2000], row.branded_url[:2000],
        _answer_id(row),
    )  # fmt: skip


def _linked(row, found):
    return (
        found.people.get(row.subscriber), found.places.get(row.location), found.templates.get(row.template),
        row.due_at, found.answers.get(_answer_id(row)),
    )  # fmt: skip


requests = _Requests(reports.feedback_request)
