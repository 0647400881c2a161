"""REST: calls. Placing goes through the same deed as the page; what they are found by is feedback's."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.response import Response

from accounts.api import Conflict, CursorPages, Unprocessable
from accounts.api_parts import StrictSerializer, named
from accounts.clock import within_the_calendar
from accounts.idempotency import intent_of
from calls import services
from calls.access import get_call
from calls.choices import PLACES_CALLS, Kind, Provider, RecordingPermission
from calls.models import Call
from calls.providers import PLACEABLE
from customers.access import get_customer, get_location


class CallSerializer(serializers.ModelSerializer):
    """A call as programs see it. Times are UTC, durations whole seconds, `null` = not reported."""

    to = serializers.CharField(
        source="number.e164", default=None, allow_null=True, help_text="E.164; null when unknown"
    )
    status_text = serializers.CharField(source="get_status_display")
    plivo_call_uuid = serializers.CharField(source="carrier_uuid")
    parent_call = serializers.PrimaryKeyRelatedField(source="parent", read_only=True, allow_null=True)

    class Meta:
        model = Call
        fields = [
            *("id", "provider", "kind", "status", "status_text", "why", "override_reason", "vendor_words"),
            *("vendor_id", "vendor_status", "fail_reason", "disconnected_by"),
            *("to", "customer", "location", "agent", "asked_by", "ticket_id", "parent_call"),
            *("menu_id", "menu_name", "scheduled_at", "recording_permission"),
            *("outbound_number", "reported_outbound_number", "lang"),
            *("created_at", "asked_at", "assigned_at", "connected_at", "ended_at", "last_report_at"),
            *("wait_seconds", "talk_seconds", "hold_seconds"),
            *("verified_customer", "bad_actor", "repeat_customer"),
            *("plivo_call_uuid", "carrier_link", "hangup_code", "hangup_cause", "hangup_source"),
            *("wrap_up_due_at", "timed_out_at"),
        ]
        read_only_fields = fields


class PermissionField(serializers.ChoiceField):
    """`not_asked`, `denied` or `granted`; CCAI's own longer words are taken too."""

    def __init__(self, **options):
        words = [word for word in RecordingPermission.values if word]
        super().__init__(words, **options)

    def to_internal_value(self, data):
        return super().to_internal_value(str(data).removeprefix("recording_permission_"))


# What only some kinds take; the vendors' pages know no more.
_ONLY_FOR = {
    "menu_id": (Kind.INCOMING, Kind.SCHEDULED),
    "recording_permission": (Kind.INCOMING, Kind.SCHEDULED),
    "scheduled_at": (Kind.SCHEDULED,),
    "parent_call": (Kind.SCHEDULED,),
    "outbound_number": (Kind.OUTBOUND, Kind.INCOMING),
}


class PlaceSerializer(StrictSerializer):
    """The body of `POST /calls/`. `to`, `customer` or `ticket_id`; a ticket wins over a number.

    Incoming and scheduled calls are CCAI's: it rings the customer and gives them to a menu's queue. They need a
    number also beside a ticket, and a `menu_id` (a scheduled one may name a `parent_call` instead).
    """

    provider = serializers.ChoiceField([(one.value, one.label) for one in PLACES_CALLS], default=Provider.CCAI)
    kind = serializers.ChoiceField(Kind.choices, default=Kind.OUTBOUND)
    to = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=40)
    customer = serializers.IntegerField(required=False, allow_null=True)
    ticket_id = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=64)
    outbound_number = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=40)
    lang = serializers.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", default="en")
    location = serializers.IntegerField(required=False, allow_null=True)
    parent_call = serializers.IntegerField(required=False, allow_null=True)
    menu_id = serializers.IntegerField(required=False, allow_null=True)
    scheduled_at = serializers.DateTimeField(required=False, allow_null=True, validators=[within_the_calendar])
    recording_permission = PermissionField(required=False, allow_null=True)

    override = serializers.CharField(
        required=False,
        allow_blank=True,
        allow_null=True,
        max_length=300,
        help_text="why it is dialled all the same, by a supervisor where the rule leaves it to them",
    )

    def validate_scheduled_at(self, at):
        if at and at <= timezone.now():
            raise serializers.ValidationError("Choose a time in the future.")
        return at

    def validate(self, data):
        provider, kind = Provider(data["provider"]), Kind(data["kind"])
        if (provider, kind) not in PLACEABLE:
            field = "kind" if any(one == provider for one, _ in PLACEABLE) else "provider"
            raise serializers.ValidationError({field: f"{provider.label} places no {kind.label.lower()} calls."})
        for name, kinds in _ONLY_FOR.items():
            if data.get(name) not in (None, "") and kind not in kinds:
                raise serializers.ValidationError({name: f"A call of the kind “{kind}” takes no such field."})
        if not any(data.get(name) for name in ("to", "customer", "ticket_id")):
            raise serializers.ValidationError({"to": "Say whom to call: to, customer or ticket_id."})
        return data


class CallPages(CursorPages):
    ordering = ("-created_at", "-id")


@extend_schema_view(list=extend_schema(summary="List calls"), retrieve=extend_schema(summary="Read a call"))
class CallViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = CallSerializer
    pagination_class = CallPages
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Call.objects.none()
        return Call.objects.visible_to(self.request.user).select_related("number")

    @extend_schema(
        summary="Place a call",
        request=PlaceSerializer,
        responses={201: CallSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def create(self, request):
        """201 whenever a call row exists, its `status` saying the rest; 422 for a field or a dialing rule."""
        body = PlaceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        intent = intent_of(request.auth, request.headers.get("Idempotency-Key", ""), request.data)
        call = place(request.user, intent, body.validated_data)
        return Response(self.get_serializer(call).data, status.HTTP_201_CREATED)


def place(user, intent, data):
    """The call for a validated body. Raises Unprocessable (a field, a rule) or Conflict (an open call)."""
    customer = named(get_customer, user, data, "customer")
    location = named(get_location, user, data, "location")
    try:
        return services.place(
            user,
            intent=intent,
            provider=data["provider"],
            to=data.get("to") or "",
            customer=customer,
            ticket_id=data.get("ticket_id") or "",
            outbound_number=data.get("outbound_number") or "",
            lang=data["lang"],
            location=location,
            kind=data["kind"],
            parent=named(get_call, user, data, "parent_call"),
            menu_id=data.get("menu_id") or "",
            scheduled_at=data.get("scheduled_at"),
            recording_permission=data.get("recording_permission") or "",
            override=data.get("override") or "",
        )
    except services.DialRefused as refused:
        first = refused.refusals[0]
        sentence = f"{first.sentence} {refused.ask}".strip()
        raise Unprocessable(sentence, param=first.code) from refused
    except services.OpenCall as conflict:
        raise Conflict(f"Call {conflict.call.pk} is open for this agent or number.") from conflict
