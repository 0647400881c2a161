"""REST: planned calls. They are made by wrap-ups (`callback` of a rating) and on the pages; here they are read and
cancelled."""

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api import Conflict, CursorPages
from accounts.api_parts import MomentFilter, StrictFilters, StrictSerializer
from calls import planned
from calls.access import may_change
from calls.choices import CallbackOrigin, CallbackState
from calls.models import Callback
from calls.services import callbacks


class CallbackSerializer(serializers.ModelSerializer):
    """A planned call. Times are UTC; `zone` is whose clock was meant, empty when nobody knows theirs."""

    to = serializers.CharField(source="number.e164", default=None, allow_null=True, help_text="E.164")
    call = serializers.SerializerMethodField(help_text="the call that carries it out, null for none yet")
    is_anyones = serializers.BooleanField()

    class Meta:
        model = Callback
        fields = [
            *("id", "origin", "state", "promised_at", "zone", "moved", "to", "customer", "ticket_id", "location"),
            *("owner", "released_at", "is_anyones", "reason", "note", "try_number", "tries", "from_call", "call"),
            *("made_by", "made_at", "settled_by", "done_at", "cancelled_at", "cancelled_by", "why"),
        ]
        read_only_fields = fields

    def get_call(self, row) -> int | None:
        return row.taken[0].pk if row.taken else None


class CancelBody(StrictSerializer):
    why = serializers.CharField(max_length=300)


class CallbackApiFilters(StrictFilters):
    state = django_filters.ChoiceFilter(choices=CallbackState.choices)
    origin = django_filters.ChoiceFilter(choices=CallbackOrigin.choices)
    after = MomentFilter(field_name="promised_at", lookup_expr="gte")
    before = MomentFilter(field_name="promised_at", lookup_expr="lt")

    class Meta:
        model = Callback
        fields = ["state", "origin", "owner", "location", "customer"]


class CallbackPages(CursorPages):
    ordering = ("promised_at", "id")


@extend_schema_view(list=extend_schema(summary="List callbacks"), retrieve=extend_schema(summary="Read a callback"))
class CallbackViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = CallbackSerializer
    pagination_class = CallbackPages
    filterset_class = CallbackApiFilters
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Callback.objects.none()
        return planned.with_people(Callback.objects.visible_to(self.request.user))

    @extend_schema(summary="Cancel a callback", request=CancelBody, responses=CallbackSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk):
        """409 where it is over, a colleague is on it, or CCAI has it."""
        row = self.get_object()
        may_change(request.user, row)
        body = CancelBody(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            callbacks.cancel(row, request.user, body.validated_data["why"])
        except callbacks.CannotChange as cannot:
            raise Conflict(str(cannot)) from cannot
        return Response(self.get_serializer(self.get_object()).data)
