"""REST: reviews and private answers, with every filter of their pages; `handled` and `reply` are nouns of theirs."""

import django_filters
from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api import Conflict, CursorPages, Unprocessable
from accounts.api_parts import MomentFilter, StrictFilters, StrictSerializer
from feedback.choices import FeedbackKind, Mood
from feedback.inbox import services
from feedback.inbox.filters import has_words, unread
from feedback.inbox.forms import HandledForm
from feedback.inbox.moods import OF_MOOD, mood_of
from feedback.models import Feedback, Review

_DEALT_WITH = ("first_seen_at", "read_at", "read_by", "handled_at", "handled_by", "handled_how", "gone_at")
_OURS = ("id", "vendor_id", "location", "vendor_location")


class ReviewSerializer(serializers.ModelSerializer):
    """A public review. `location` null: one we do not know, its id in `vendor_location`."""

    rating = serializers.FloatField(allow_null=True, help_text="of 5, normalised by FeedbackAPI; null = words alone")
    url = serializers.CharField(help_text="as the vendor gave it: check it before following")
    reviewer_url = serializers.CharField(help_text="as the vendor gave it")

    class Meta:
        model = Review
        fields = [
            *_OURS,
            *("written_at", "platform", "platform_name", "rating", "title", "description", "url"),
            *("reviewer_name", "reviewer_url", "replied_at", "replied_by"),
            *_DEALT_WITH,
        ]
        read_only_fields = fields


class AnswerSerializer(serializers.ModelSerializer):
    """A private answer. `kind` is what `type`, the vendor's word, means; `calls` are those whose request it answers,
    or at whose end it was given by a key (`source` keypad)."""

    kind = serializers.CharField(help_text=", ".join(FeedbackKind.values))
    mood = serializers.SerializerMethodField(help_text="happy, between, unhappy; null = no score we understand")
    calls = serializers.SerializerMethodField()

    class Meta:
        model = Feedback
        fields = [
            *_OURS,
            *("left_at", "source", "type", "kind", "nps_score", "star_rating", "happy", "mood", "comments"),
            *("platform_name", "customer", "subscriber_name", "subscriber_email", "campaign", "campaign_step"),
            "calls",
            *_DEALT_WITH,
        ]
        read_only_fields = fields

    def get_mood(self, answer) -> str | None:
        mood = mood_of(answer)
        return mood.value if mood else None

    def get_calls(self, answer) -> list[int]:
        asked = [request.call_id for request in answer.requests.all() if request.call_id]
        return [answer.call_id, *asked] if answer.call_id else asked


class HandledBody(StrictSerializer):
    how = serializers.CharField(max_length=300, help_text="what was done, in a word")


class InboxFilters(StrictFilters):
    """Filters of both lists. Bounds are inclusive, as FeedbackAPI's own are, but for `before`."""

    said, at = (), ""
    unknown_location = django_filters.BooleanFilter(method="by_unknown_location")
    words = django_filters.BooleanFilter(method="by_words")
    handled = django_filters.BooleanFilter(method="by_handled")
    read = django_filters.BooleanFilter(method="by_read")

    def by_unknown_location(self, rows, name, value: bool):
        return rows.filter(location__isnull=value)

    def by_words(self, rows, name, value: bool):
        return rows.filter(has_words(self.said, value))

    def by_handled(self, rows, name, value: bool):
        return rows.filter(handled_at__isnull=not value)

    def by_read(self, rows, name, value: bool):
        return rows.exclude(read_at=None) if value else rows.filter(unread())


class ReviewFilters(InboxFilters):
    said = ("title", "description")
    after = MomentFilter(field_name="written_at", lookup_expr="gte")
    before = MomentFilter(field_name="written_at", lookup_expr="lt")
    rating_greater_than = django_filters.NumberFilter(field_name="rating", lookup_expr="gte", label="or equal")
    rating_less_than = django_filters.NumberFilter(field_name="rating", lookup_expr="lte", label="or equal")
    replied = django_filters.BooleanFilter(method="by_replied")

    class Meta:
        model = Review
        fields = ["location", "platform"]

    def by_replied(self, rows, name, value: bool):
        return rows.filter(replied_at__isnull=not value)


def _bounds(kind, column):
    """The two inclusive filters on one scale, which only answers on it pass."""

    def by(lookup):
        def method(self, rows, name, value):
            return rows.filter(**{"kind": kind, f"{column}__{lookup}": value})

        return method

    return by("gte"), by("lte")


class AnswerFilters(InboxFilters):
    said = ("comments",)
    after = MomentFilter(field_name="left_at", lookup_expr="gte")
    before = MomentFilter(field_name="left_at", lookup_expr="lt")
    kind = django_filters.ChoiceFilter(choices=FeedbackKind.choices)
    mood = django_filters.ChoiceFilter(choices=Mood.choices, method="by_mood")
    nps_score_greater_than = django_filters.NumberFilter(method="by_lowest_nps", label="or equal")
    nps_score_less_than = django_filters.NumberFilter(method="by_highest_nps", label="or equal")
    star_rating_greater_than = django_filters.NumberFilter(method="by_fewest_stars", label="or equal")
    star_rating_less_than = django_filters.NumberFilter(method="by_most_stars", label="or equal")
    by_lowest_nps, by_highest_nps = _bounds(FeedbackKind.NPS, "nps_score")
    by_fewest_stars, by_most_stars = _bounds(FeedbackKind.STARS, "star_rating")

    class Meta:
        model = Feedback
        fields = ["location", "customer", "source", "campaign", "campaign_step"]

    def by_mood(self, rows, name, mood):
        return rows.filter(OF_MOOD[mood])


class ReviewPages(CursorPages):
    ordering = ("-written_at", "-id")


class AnswerPages(CursorPages):
    ordering = ("-left_at", "-id")


class Inbox(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Read by who sees the location; dealt with by supervisors and admins."""

    lookup_value_regex = r"\d{1,18}"

    def deed(self, what, *more):
        """Do it to the row of the address, and answer with the row. Raises Conflict when somebody was quicker."""
        row = self.get_object()
        if not self.request.user.is_supervisor:
            raise PermissionDenied("Only a supervisor or an admin does that.")
        try:
            what(row, self.request.user, *more)
        except services.Overtaken as late:
            raise Conflict(str(late)) from late
        return Response(self.get_serializer(self.get_object()).data)

    def how(self):
        body = HandledBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        form = HandledForm(body.validated_data)
        if not form.is_valid():
            raise Unprocessable(form.errors["how"][0], param="how")
        return form.cleaned_data["how"]


@extend_schema_view(list=extend_schema(summary="List reviews"), retrieve=extend_schema(summary="Read a review"))
class ReviewViewSet(Inbox):
    serializer_class = ReviewSerializer
    pagination_class = ReviewPages
    filterset_class = ReviewFilters

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Review.objects.none()
        return Review.objects.visible_to(self.request.user).defer("vendor_raw")

    @extend_schema(summary="Mark a review as handled", request=HandledBody, responses=ReviewSerializer)
    @action(detail=True, methods=["put"], url_path="handled")
    def handled(self, request, pk):
        return self.deed(services.handle, self.how())

    @extend_schema(summary="Mark a review as not handled", request=None, responses={200: ReviewSerializer})
    @handled.mapping.delete
    def reopen(self, request, pk):
        return self.deed(services.reopen)

    @extend_schema(summary="Mark a review as answered on its platform", request=None, responses=ReviewSerializer)
    @action(detail=True, methods=["put"], url_path="reply")
    def reply(self, request, pk):
        """Nothing is posted: FeedbackAPI cannot, a person answers on the platform."""
        return self.deed(services.mark_replied)

    @extend_schema(summary="Mark a review as not answered", request=None, responses={200: ReviewSerializer})
    @reply.mapping.delete
    def unreply(self, request, pk):
        return self.deed(services.unmark_replied)


@extend_schema_view(list=extend_schema(summary="List feedback"), retrieve=extend_schema(summary="Read feedback"))
class AnswerViewSet(Inbox):
    serializer_class = AnswerSerializer
    pagination_class = AnswerPages
    filterset_class = AnswerFilters

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Feedback.objects.none()
        return Feedback.objects.visible_to(self.request.user).defer("vendor_raw").prefetch_related("requests")

    @extend_schema(summary="Mark feedback as handled", request=HandledBody, responses=AnswerSerializer)
    @action(detail=True, methods=["put"], url_path="handled")
    def handled(self, request, pk):
        return self.deed(services.handle, self.how())

    @extend_schema(summary="Mark feedback as not handled", request=None, responses={200: AnswerSerializer})
    @handled.mapping.delete
    def reopen(self, request, pk):
        return self.deed(services.reopen)
