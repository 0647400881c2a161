"""What every mirrored list has: a Source at FeedbackAPI, and how a full run finds what is gone."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from integrations.feedbackapi import lists
from integrations.models import SyncSeen
from integrations.sync.asks import Gone, Source


def source(resource, *, by=lists.CREATED, filters=None):
    """(connection) -> Source of one of FeedbackAPI's lists, for a Plan."""

    def of(connection):
        fetch = lists.fetch(connection, resource, by=by, filters=filters)
        return Source(fetch=fetch, stamp=lists.stamp(by), find=lists.find(connection, resource))

    return of


def gone(model, **also):
    """(connection) -> Gone for a Mirrored model. What is gone is kept and marked, `also` is set with it.

    Rows that the vendor never had (no `vendor_id`) are none of this.
    """

    def of(connection):
        living = model._base_manager.filter(connection=connection, vendor_id__isnull=False, gone_at=None)

        def unseen(run):
            seen = SyncSeen.objects.filter(run=run, vendor_id=OuterRef("vendor_id"))
            return living.exclude(Exists(seen)).values_list("vendor_id", flat=True).order_by("pk").iterator()

        def mark(vendor_ids):
            return living.filter(vendor_id__in=vendor_ids).update(gone_at=timezone.now(), **also)

        return Gone(known=living.count, unseen=unseen, mark=mark)

    return of
