"""REST: the do-not-call list. Page and API share forms, deeds and what a person may see."""

import django_filters
from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api import CursorPages, Unprocessable
from accounts.api_parts import StrictFilters, StrictSerializer
from customers import phones, services
from customers.do_not_call_forms import OneForm, RemoveForm
from customers.models import DoNotCall


class DoNotCallSerializer(serializers.ModelSerializer):
    """A number nobody rings, for one client account or, `account` null, for everybody."""

    number = serializers.CharField(source="number.e164", help_text="E.164")
    until = serializers.DateTimeField(allow_null=True, help_text="it holds until then; null: for good")

    class Meta:
        model = DoNotCall
        fields = ["id", "number", "account", "why", "at", "until", "by"]
        read_only_fields = fields


class AddBody(StrictSerializer):
    number = serializers.CharField(required=False, allow_blank=True, max_length=60, help_text="any spelling")
    account = serializers.IntegerField(required=False, allow_null=True, help_text="null: for everybody")
    until = serializers.DateField(required=False, allow_null=True, help_text="the last day it holds; null: for good")
    why = serializers.CharField(required=False, allow_blank=True, max_length=1000, help_text="who asked, and how")


class RemoveBody(StrictSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000, help_text="why it may be called")


class DoNotCallFilters(StrictFilters):
    number = django_filters.CharFilter(field_name="number__e164", help_text="E.164")

    class Meta:
        model = DoNotCall
        fields = ["number", "account"]


class Pages(CursorPages):
    ordering = ("-at", "-id")


@extend_schema_view(list=extend_schema(summary="List what is not called"))
class DoNotCallViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    serializer_class = DoNotCallSerializer
    pagination_class = Pages
    filterset_class = DoNotCallFilters
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return DoNotCall.objects.none()
        if not self.request.user.is_supervisor:
            raise PermissionDenied("Only a supervisor or an admin does that.")
        return DoNotCall.objects.visible_to(self.request.user).select_related("number")

    @extend_schema(summary="Put a number on the list", request=AddBody, responses={201: DoNotCallSerializer})
    def create(self, request):
        """201 also for one that was there: it is on the list once."""
        self.get_queryset()
        body = AddBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = _cleaned(OneForm(dict(body.validated_data), user=request.user))
        number = phones.get_number(given["number"])
        entry = services.add_do_not_call(number, given["account"], request.user, given["why"], given["until"])
        return Response(self.get_serializer(entry).data, status.HTTP_201_CREATED)

    @extend_schema(summary="Take a number off the list", request=RemoveBody, responses=DoNotCallSerializer)
    @action(detail=True, methods=["post"])
    def removal(self, request, pk=None):
        """Answers with the entry as it was. CCAI's own list is changed too where its connection lets us."""
        entry = self.get_object()
        body = RemoveBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = _cleaned(RemoveForm(dict(body.validated_data)))
        shown = self.get_serializer(entry).data
        services.remove_do_not_call(entry, request.user, given["reason"])
        return Response(shown)


def _cleaned(form):
    """What a form makes of a body. Raises Unprocessable with the first field at fault."""
    if not form.is_valid():
        name, said = next(iter(form.errors.items()))
        raise Unprocessable(said[0], param=None if name == "__all__" else name)
    return form.cleaned_data
