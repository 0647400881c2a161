"""REST: requests for feedback. Asking goes through the same deed, and the same verdict, as the pages."""

import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api import Conflict, CursorPages, Unprocessable
from accounts.api_parts import MomentFilter, StrictFilters, StrictSerializer, named
from accounts.clock import not_too_far
from accounts.idempotency import intent_of
from customers.access import get_customer, get_location
from feedback import services, templates_kept
from feedback.choices import Refusal, RequestOrigin, RequestStatus
from feedback.models import FeedbackRequest
from feedback.request_status import BY_SMS, is_sms, shown, with_status

# Which part of the body a refusal is about; any other is about the customer.
PARAMS = {Refusal.TEMPLATE: "template", Refusal.LOCATION: "location", Refusal.ACCOUNT: "location"}


class RequestSerializer(serializers.ModelSerializer):
    """A request for feedback. `null` = not reported; opened, bounced and spam are never reported of text messages."""

    status = serializers.ChoiceField(RequestStatus.choices, read_only=True)
    status_text = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField(help_text="why it stands so, in words")
    template = serializers.CharField(source="vendor_template")
    suppress_message = serializers.BooleanField(source="suppress")
    updated_at = serializers.DateTimeField(source="vendor_updated_at", allow_null=True)
    message_opened = serializers.SerializerMethodField()
    message_clicked = serializers.BooleanField(source="clicked", allow_null=True)
    message_bounced = serializers.SerializerMethodField()
    spam_complaint = serializers.SerializerMethodField()

    class Meta:
        model = FeedbackRequest
        fields = [
            *("id", "vendor_id", "status", "status_text", "reason", "origin", "customer", "template", "location"),
            *("call", "type", "requested_at", "due_at", "updated_at", "is_handed_over", "suppress_message"),
            *("message_opened", "message_clicked", "message_bounced", "bounce_reason", "spam_complaint"),
            *("full_url", "branded_url", "feedback"),
        ]
        read_only_fields = fields

    def get_status_text(self, row) -> str:
        return RequestStatus(row.status).label

    def get_reason(self, row) -> str:
        return shown(row).why

    def get_message_opened(self, row) -> bool | None:
        return None if is_sms(row) else row.opened

    def get_message_bounced(self, row) -> bool | None:
        return None if is_sms(row) else row.bounced

    def get_spam_complaint(self, row) -> bool | None:
        return None if is_sms(row) else row.spam_complaint


class AskBody(StrictSerializer):
    """The body of `POST /feedback-requests/`."""

    customer = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    template = serializers.CharField(max_length=100, help_text="the id of a message template kept here")
    location = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1, help_text="null = the customer's own"
    )
    due = serializers.DateTimeField(required=False, allow_null=True, validators=[not_too_far], help_text="null = now")
    suppress_message = serializers.BooleanField(required=False, help_text="link only: no message is sent")
    hand_over = serializers.BooleanField(required=False, help_text="give due to FeedbackAPI now; no recall then")


def _times(field, label):
    bounds = {"after": "gte", "before": "lte"}
    return {f"{label}_{side}": MomentFilter(field_name=field, lookup_expr=lookup) for side, lookup in bounds.items()}


class RequestFilters(StrictFilters):
    """FeedbackAPI's own filters, and status and origin. Bounds are inclusive, as the vendor's."""

    status = django_filters.ChoiceFilter(choices=RequestStatus.choices)
    template = django_filters.CharFilter(field_name="vendor_template")
    message_opened = django_filters.BooleanFilter(method="reported")
    message_clicked = django_filters.BooleanFilter(field_name="clicked")
    message_bounced = django_filters.BooleanFilter(method="reported")
    spam_complaint = django_filters.BooleanFilter(method="reported")
    locals().update(
        _times("requested_at", "created") | _times("due_at", "due") | _times("vendor_updated_at", "updated")
    )

    class Meta:
        model = FeedbackRequest
        fields = ["origin", "customer", "location", "call"]

    def reported(self, rows, name, value):
        field = {"message_opened": "opened", "message_bounced": "bounced"}.get(name, name)
        return rows.exclude(BY_SMS).filter(**{field: value})


class RequestPages(CursorPages):
    ordering = ("-requested_at", "-id")


@extend_schema_view(
    list=extend_schema(summary="List requests for feedback"), retrieve=extend_schema(summary="Read a request")
)
class RequestViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = RequestSerializer
    pagination_class = RequestPages
    filterset_class = RequestFilters
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return FeedbackRequest.objects.none()
        mine = with_status(FeedbackRequest.objects.visible_to(self.request.user))
        return mine.select_related("template", "delivery", "cancelled_by")

    @extend_schema(
        summary="Ask for feedback",
        request=AskBody,
        responses={201: RequestSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def create(self, request):
        """201 with the request, its `status` saying the rest; 422 with the verdict's sentence where it may not be."""
        body = AskBody(data=request.data)
        body.is_valid(raise_exception=True)
        key = request.headers.get("Idempotency-Key", "")
        intent = intent_of(request.auth, key, request.data) if key else ""
        row = ask(request.user, body.validated_data, intent)
        return Response(self._shown(row.pk), status.HTTP_201_CREATED)

    @extend_schema(summary="Cancel a request that waits", request=None, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk):
        row = self.get_object()
        try:
            services.cancel(row, request.user)
        except services.CannotCancel as too_late:
            raise Conflict(str(too_late)) from too_late
        return Response(self._shown(row.pk))

    def _shown(self, pk):
        return self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data


def ask(user, data, intent=""):
    """The FeedbackRequest for a validated body. Raises Unprocessable that names the part, or says the verdict."""
    customer = named(get_customer, user, data, "customer")
    location = named(get_location, user, data, "location") or customer.location
    template = templates_kept.named(location.account if location else None, data["template"])
    if template is None:
        raise Unprocessable("There is no such message template for this location.", param="template")
    try:
        return services.request(
            customer,
            template,
            location,
            user,
            due=data.get("due"),
            suppress=data.get("suppress_message", False),
            origin=RequestOrigin.API,
            hand_over=data.get("hand_over", False),
            intent=intent,
        )
    except services.NotAsked as refused:
        raise Unprocessable(str(refused), param=PARAMS.get(refused.verdict.code, "customer")) from refused
