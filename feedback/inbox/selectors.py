"""The named queries of reviews and feedback. Each has a pinned number of queries in its test."""

from datetime import timedelta

from django.db.models import Prefetch, Q
from django.db.models.functions import Left
from django.utils import timezone

from calls.models import Call
from customers.models import Customer
from feedback.choices import Mood
from feedback.inbox.filters import unread
from feedback.inbox.moods import LOW_REVIEW, OF_MOOD
from feedback.models import Feedback, FeedbackRequest, Review
from feedback.request_status import with_status

TITLE_SHOWS, TEXT_SHOWS = 160, 500  # characters in a list; the rest is on the row's own page, and not read for a list
COUNT_TO = 99  # "99+" says as much beside a word in the navigation
NEIGHBOURS = 3
NEWEST_SHOWS = 5
EVERYWHERE = Q()
RECENT = timedelta(days=30)  # an older one is history, and the query stays small


def review_rows(reviews):
    """Reviews as a list shows them: the beginnings of their texts, and nothing of what may be long."""
    starts = {"title_start": Left("title", TITLE_SHOWS + 1), "text_start": Left("description", TEXT_SHOWS + 1)}
    return reviews.select_related("location").defer("title", "description", "vendor_raw").annotate(**starts)


def answer_rows(answers):
    """Feedback as a list shows it, with the requests that tie it to calls."""
    requests = FeedbackRequest.objects.exclude(call=None).only("feedback", "call").order_by("pk")
    rows = answers.select_related("location", "customer").defer("comments", "vendor_raw")
    return rows.annotate(text_start=Left("comments", TEXT_SHOWS + 1)).prefetch_related(
        Prefetch("requests", queryset=requests)
    )


def review_lines(reviews):
    """Reviews whole, for a file."""
    return reviews.select_related("location", "handled_by", "replied_by").defer("vendor_raw")


def answer_lines(answers):
    return answers.select_related("location", "customer", "handled_by").defer("vendor_raw")


def neighbours(review):
    """(newer, older): the few reviews of the same location just after and before, newest first."""
    place = {"location": review.location_id} if review.location_id else {"vendor_location": review.vendor_location}
    same = review_rows(Review.objects.filter(**place, location__isnull=review.location_id is None))
    newer = same.filter(written_at__gt=review.written_at).order_by("written_at", "pk")[:NEIGHBOURS]
    older = same.filter(written_at__lte=review.written_at).exclude(pk=review.pk).order_by("-written_at", "-pk")
    return list(newer)[::-1], list(older[:NEIGHBOURS])


def requests_of(answer):
    """The requests this answer came to, with their calls: the only tie between the two."""
    return list(answer.requests.select_related("call__agent", "template", "requested_by").order_by("-requested_at"))


def requests_for(call):
    """What was asked after this call, with the answers, newest first."""
    related = ("feedback", "template", "requested_by", "cancelled_by", "delivery")
    rows = with_status(call.feedback_requests.select_related(*related))
    return list(rows.defer("vendor_raw", "feedback__vendor_raw").order_by("-requested_at", "-pk"))


def pressed_for(call):
    """What the customer answered by a key at the end of this call."""
    return list(call.answers.defer("vendor_raw").order_by("-left_at", "-pk"))


def known_to(user, answers):
    """The ids of the customers of these rows whom this person may see."""
    ids = {answer.customer_id for answer in answers if answer.customer_id}
    return set(Customer.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def calls_open_to(user, rows):
    """The ids of the calls of these requests or answers that this person may open."""
    ids = {row.call_id for row in rows if row.call_id}
    return set(Call.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def answers_open_to(user, ids):
    """Which of these answers this person may open: none for an agent, whose page it is not."""
    answers = Feedback.objects.visible_to(user).filter(pk__in=ids)
    return set(answers.order_by().values_list("pk", flat=True)) if user.is_supervisor else set()


def unread_counts(user):
    """{"reviews": n, "answers": n} of what nobody has opened, each counted to COUNT_TO + 1."""
    models = {"reviews": Review, "answers": Feedback}
    found = {name: model.objects.visible_to(user).filter(unread()).order_by() for name, model in models.items()}
    return {name: rows.values("pk")[: COUNT_TO + 1].count() for name, rows in found.items()}


def low_reviews(user, here=EVERYWHERE):
    """The newest reviews of few stars that nobody has handled, of the places `here` (a Q)."""
    low = Review.objects.visible_to(user).filter(
        here, rating__lte=LOW_REVIEW, handled_at=None, gone_at=None, written_at__gte=timezone.now() - RECENT
    )
    return list(review_rows(low)[:NEWEST_SHOWS])


def unhappy_answers(user, here=EVERYWHERE):
    """The newest unhappy answers that nobody has handled, of the places `here` (a Q)."""
    unhappy = Feedback.objects.visible_to(user).filter(
        here, OF_MOOD[Mood.UNHAPPY], handled_at=None, gone_at=None, left_at__gte=timezone.now() - RECENT
    )
    rows = unhappy.select_related("location").defer("comments", "vendor_raw")
    return list(rows.annotate(text_start=Left("comments", TEXT_SHOWS + 1))[:NEWEST_SHOWS])
