"""REST: the wrap-up of a call and its deliveries. Page and API share one form and one deed."""

from hashlib import sha256

import django_filters
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api import Conflict, CursorPages, Unprocessable
from accounts.api_parts import StrictSerializer
from calls.access import get_call
from calls.api import CallViewSet
from feedback import services
from feedback.access import deliveries_visible_to
from feedback.choices import Outcome, PhoneStatus, RootCause
from feedback.explorer import asked
from feedback.forms import RatingForm
from feedback.models import Rating
from feedback.services import surveys
from integrations import outbox
from integrations.choices import DeliveryState, Vendor
from integrations.models import Delivery


class AttemptSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()
    status = serializers.IntegerField(allow_null=True, help_text="HTTP status, null when no answer came")
    words = serializers.CharField(help_text="the vendor's own")
    sentence = serializers.CharField(help_text="ours")


class DeliverySerializer(serializers.ModelSerializer):
    """One leg of a wrap-up: what was wished, how it stands and why, in words."""

    vendor = serializers.CharField(source="connection.vendor")
    next_try_at = serializers.SerializerMethodField()
    attempts = AttemptSerializer(many=True)
    state = serializers.ChoiceField(DeliveryState.choices)

    class Meta:
        model = Delivery
        fields = [
            *("id", "vendor", "kind", "key", "revision", "state", "reason", "note", "maybe_double"),
            *("vendor_ref", "created_at", "done_at", "next_try_at", "attempts"),
        ]
        read_only_fields = fields

    def get_next_try_at(self, delivery) -> str | None:
        pending = delivery.state == DeliveryState.PENDING
        return serializers.DateTimeField().to_representation(delivery.not_before) if pending else None


class FlagsSerializer(StrictSerializer):
    verified_customer = serializers.BooleanField(required=False, allow_null=True)
    bad_actor = serializers.BooleanField(required=False, allow_null=True)
    repeat_customer = serializers.BooleanField(required=False, allow_null=True)


class SurveyBody(StrictSerializer):
    """A wish for feedback. Whether it may be sent is the verdict's to say, on the leg's delivery."""

    template = serializers.CharField(max_length=100, help_text="the id of a message template kept here")
    location = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    due = serializers.DateTimeField(required=False, allow_null=True, help_text="null = now")
    suppress_message = serializers.BooleanField(required=False, help_text="link only: no message is sent")
    hand_over = serializers.BooleanField(required=False, help_text="give due to FeedbackAPI now; no recall then")


class CallbackBody(StrictSerializer):
    """When the customer is called back. `at` null: nobody calls them; left out, the retry plan decides."""

    at = serializers.DateTimeField(allow_null=True)
    owner = serializers.ChoiceField(["mine", "anyone"], required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class RatingBody(StrictSerializer):
    """The body of `PUT /calls/{id}/rating/`; the rules stand in the form that the page uses too."""

    quality = serializers.JSONField(required=False, allow_null=True, help_text="1 to 5, null = not rated")
    issues = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)
    notes = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    outcome = serializers.ChoiceField(Outcome.choices)
    phone_status = serializers.ChoiceField(PhoneStatus.choices, required=False, allow_null=True, allow_blank=True)
    right_party = serializers.BooleanField(required=False, allow_null=True)
    flags = FlagsSerializer(required=False, allow_null=True)
    feedback_request = SurveyBody(required=False, allow_null=True)
    callback = CallbackBody(required=False, allow_null=True)
    root_cause = serializers.ChoiceField(
        RootCause.choices, required=False, allow_blank=True, help_text="resolves the case of this call; empty = not yet"
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)

    def validate_quality(self, quality):
        if quality is not None and (isinstance(quality, bool) or not isinstance(quality, (int, float, str))):
            raise serializers.ValidationError("Quality is a number from 1 to 5, or null.")
        return quality


class RatingSerializer(serializers.ModelSerializer):
    quality = serializers.FloatField(allow_null=True)
    phone_status = serializers.SerializerMethodField()
    deliveries = serializers.SerializerMethodField()

    class Meta:
        model = Rating
        fields = [
            *("call", "quality", "issues", "notes", "outcome", "phone_status", "right_party", "flags"),
            *("feedback_request", "callback", "revision", "saved_by", "saved_at", "deliveries"),
        ]
        read_only_fields = fields

    def get_phone_status(self, rating) -> str | None:
        return rating.phone_status or None

    def get_deliveries(self, rating) -> DeliverySerializer(many=True):
        return DeliverySerializer(deliveries_of(rating), many=True).data


def deliveries_of(rating):
    """The deliveries of a rating's present revision, in the order of the form."""
    legs = rating.legs.filter(revision=rating.revision).select_related("delivery__connection")
    return [leg.delivery for leg in legs.prefetch_related("delivery__attempts")]


@extend_schema_view(list=extend_schema(summary="List calls", parameters=asked.parameters()))
class RatedCallViewSet(CallViewSet):
    """Calls with what feedback knows of them; found by anything, as on the page."""

    def filter_queryset(self, calls):
        """The list's filters are those of the explorer, whose search says itself whose calls are seen."""
        if self.action != "list":
            return calls
        filters = asked.AskedCalls(self.request.query_params, user=self.request.user)
        filters.refuse_nonsense()
        return filters.of(calls).select_related("number")

    @extend_schema(summary="Read a wrap-up", responses=RatingSerializer)
    @action(detail=True, url_path="rating")
    def rating(self, request, pk):
        call = get_call(request.user, pk)
        return Response(RatingSerializer(get_object_or_404(Rating, call=call)).data)

    @extend_schema(
        summary="Save or correct a wrap-up",
        request=RatingBody,
        responses=RatingSerializer,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    @rating.mapping.put
    def save_rating(self, request, pk):
        call = get_call(request.user, pk)
        body = RatingBody(data=request.data)
        body.is_valid(raise_exception=True)
        rating = save(call, request, body.validated_data)
        return Response(RatingSerializer(rating).data)

    @extend_schema(summary="Deliveries of a call", responses=DeliverySerializer(many=True), filters=False)
    @action(detail=True, url_path="deliveries")
    def deliveries(self, request, pk):
        call = get_call(request.user, pk)
        mine = deliveries_visible_to(request.user).filter(rating_legs__rating__call=call).distinct()
        page = self.paginator.paginate_queryset(with_attempts(mine), request, view=self)
        return self.paginator.get_paginated_response(DeliverySerializer(page, many=True).data)


def save(call, request, data):
    """The saved rating. Raises Unprocessable naming the field, or Conflict when the call is not there to be rated."""
    if not call.state.can_be_wrapped_up:
        raise Conflict(services.why_not_yet(call))
    form = RatingForm(data=form_data(data), call=call)
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise Unprocessable(problems[0], param=None if field == "__all__" else field)
    key = request.headers.get("Idempotency-Key", "")
    try:
        surveys.check(call, form.cleaned_data["feedback_request"])
        return services.save_rating(
            call,
            request.user,
            form.cleaned_data,
            form_key=f"{request.auth.pk}-{sha256(key.encode()).hexdigest()[:40]}" if key else "",
            reason=data.get("reason", ""),
        )
    except surveys.Unknown as unknown:
        raise Unprocessable(str(unknown), param=unknown.param) from unknown
    except services.CannotSave as refused:
        raise Conflict(str(refused)) from refused


def form_data(data):
    """The API's JSON as the form's fields: flags flat, null as nothing said but for "right party not known"."""
    kept = {name: value for name, value in data.items() if value is not None or name == "right_party"}
    flat = {name: value for name, value in kept.items() if name not in ("flags", "reason")}
    return flat | {name: value for name, value in (data.get("flags") or {}).items() if value is not None}


class DeliveryFilters(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=DeliveryState.choices)
    vendor = django_filters.ChoiceFilter(field_name="connection__vendor", choices=Vendor.choices)

    class Meta:
        model = Delivery
        fields = ["state", "vendor", "kind"]


def with_attempts(deliveries):
    return deliveries.select_related("connection").prefetch_related("attempts").order_by("-pk")


@extend_schema_view(list=extend_schema(summary="List deliveries"), retrieve=extend_schema(summary="Read a delivery"))
class DeliveryViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = DeliverySerializer
    pagination_class = CursorPages
    filterset_class = DeliveryFilters
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Delivery.objects.none()
        return with_attempts(deliveries_visible_to(self.request.user))

    @extend_schema(summary="Try a parked delivery again", request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request, pk):
        delivery = self.get_object()
        if not request.user.is_supervisor:
            raise PermissionDenied("Only a supervisor or an admin sends a delivery again.")
        if delivery.state != DeliveryState.PARKED:
            raise Conflict(f"This delivery is “{delivery.get_state_display()}”; only a parked one is tried again.")
        try:
            outbox.retry(delivery, by=request.user, reason="by API")
        except outbox.CannotRetry as refused:  # somebody was quicker, or a newer wish took its place
            raise Conflict(str(refused)) from refused
        return Response(self.get_serializer(self.get_object()).data)
