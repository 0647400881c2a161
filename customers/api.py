"""REST: customers, locations and client accounts. Page and API share forms, deeds and limits.

A change is kept here and owed to FeedbackAPI: `standing` says how far that is, `/deliveries/` all about it.
"""

import django_filters
from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.response import Response

from accounts.api import Conflict, CursorPages, Unprocessable
from accounts.api_parts import StrictFilters, StrictSerializer
from customers import selectors, services, standing
from customers.forms import AccountForm, CustomerForm, LocationForm
from customers.models import ClientAccount, Customer, Location

_AT_VENDOR = ("vendor_id", "vendor_created_at", "gone_at", "changed_at", "standing")


class Standing(serializers.CharField):
    """In words where it stands at FeedbackAPI: "At FeedbackAPI", "Waiting", "Needs a person", …"""

    def get_attribute(self, row):
        if not hasattr(row, "standing"):
            standing.of_rows([row])
        return row.standing.label


class CustomerSerializer(serializers.ModelSerializer):
    """A person a client account serves. `locations` are those the token's user sees; times are UTC."""

    phone = serializers.CharField(source="phone.e164", default=None, allow_null=True, help_text="E.164")
    email = serializers.CharField(help_text="empty = not known")
    locations = serializers.SerializerMethodField()
    is_invalid = serializers.BooleanField(allow_null=True, help_text="a message to them failed; null = not reported")
    standing = Standing(help_text="where it stands at FeedbackAPI, in words")

    class Meta:
        model = Customer
        fields = [
            *("id", "name", "phone", "email", "country_code", "location", "locations", "language", "time_zone"),
            *("out_contact_id", "opted_out_at", "is_invalid", "last_sms_at", "last_email_at", "created_at"),
            *_AT_VENDOR,
        ]
        read_only_fields = fields

    def get_locations(self, customer) -> list[int]:
        seen = self.context["seen"]
        places = [customer.location_id, *(one.pk for one in customer.other_locations.all())]
        return [pk for pk in dict.fromkeys(places) if pk and (seen is None or pk in seen)]


class LocationSerializer(serializers.ModelSerializer):
    review_profiles = serializers.SlugRelatedField("url", many=True, read_only=True)
    standing = Standing(help_text="where it stands at FeedbackAPI, in words")

    class Meta:
        model = Location
        fields = [
            *("id", "name", "address_line_1", "address_line_2", "address_line_3", "postal_code", "country_code"),
            *("time_zone", "account", "is_active", "members", "review_profiles"),
            *_AT_VENDOR,
        ]
        read_only_fields = fields


class AccountSerializer(serializers.ModelSerializer):
    """A client account. A limit of null is unlimited; `active_…` are FeedbackAPI's counts, null = not reported."""

    verb = serializers.CharField(help_text="as chosen when it was made; empty = not reported")
    standing = Standing(help_text="where it stands at FeedbackAPI, in words")

    class Meta:
        model = ClientAccount
        fields = [
            *("id", "name", "is_active", "verb", "account_template"),
            *("max_locations", "max_users", "max_campaigns", "sms_allowance", "active_locations", "active_users"),
            *_AT_VENDOR,
        ]
        read_only_fields = fields


# --- Bodies: types here, rules in the forms ------------------------------------------------------


def _text(**more):
    return serializers.CharField(required=False, allow_blank=True, max_length=10_000, **more)


def _limit():
    return serializers.IntegerField(required=False, allow_null=True, help_text="null is unlimited")


class CustomerBody(StrictSerializer):
    name = _text()
    phone = _text(help_text="any spelling of a number")
    email = _text()
    country_code = _text(help_text="two letters of ISO 3166")
    location = serializers.IntegerField(required=False, allow_null=True)
    other_locations = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="further ones; ones out of sight are kept"
    )
    language = _text()
    time_zone = _text()
    out_contact_id = _text()
    opt_out = serializers.BooleanField(required=False, help_text="false needs `opt_in_reason`")
    opt_in_reason = _text(help_text="how and when they asked to hear from us again")


class LocationBody(StrictSerializer):
    name = _text()
    address_line_1 = _text()
    address_line_2 = _text()
    address_line_3 = _text()
    postal_code = _text()
    country_code = _text(help_text="two letters of ISO 3166")
    time_zone = _text()
    account = serializers.IntegerField(required=False, allow_null=True)
    members = serializers.ListField(child=serializers.IntegerField(), required=False)
    review_profiles = serializers.ListField(
        child=serializers.CharField(max_length=2000), required=False, help_text="are added; none can be removed there"
    )
    is_active = serializers.BooleanField(required=False)


class AccountBody(StrictSerializer):
    name = _text()
    verb = _text(help_text="use or visit; only to create one")
    account_template = _text(help_text="only to create one")
    max_locations = _limit()
    max_users = _limit()
    max_campaigns = _limit()
    sms_allowance = _limit()
    is_active = serializers.BooleanField(required=False)


# --- Filters -------------------------------------------------------------------------------------


class CustomerFilters(StrictFilters):
    q = django_filters.CharFilter(method="search", label="name, number or e-mail, or a part of one")
    opted_out = django_filters.BooleanFilter(field_name="opted_out_at", lookup_expr="isnull", exclude=True)
    invalid = django_filters.BooleanFilter(field_name="is_invalid")

    class Meta:
        model = Customer
        fields = ["q", "email", "country_code", "location", "opted_out", "invalid", "vendor_id"]

    def search(self, customers, name, text):
        return customers.filter(selectors.matching(text))


class LocationFilters(StrictFilters):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="a part of the name")

    class Meta:
        model = Location
        fields = ["q", "account", "country_code", "postal_code", "is_active", "vendor_id"]


class AccountFilters(StrictFilters):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="a part of the name")

    class Meta:
        model = ClientAccount
        fields = ["q", "is_active", "vendor_id"]


# --- Addresses -----------------------------------------------------------------------------------


class Rows(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """What the three have in common: lists with where each row stands, and bodies that go through the page's form."""

    pagination_class = CursorPages
    lookup_value_regex = r"\d{1,18}"
    names = {}  # the API's name of a field -> the form's

    def paginate_queryset(self, queryset):
        return standing.of_rows(super().paginate_queryset(queryset))

    def read(self, body_class):
        body = body_class(data=self.request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def saved(self, build, data):
        """The row that the form makes of what it shows now and what is in `data`. Raises Unprocessable."""
        shown, given = build(), {self.names.get(name, name): value for name, value in data.items()}
        present = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
        if extra := sorted(set(given) - set(present)):
            raise Unprocessable("This can only be said when it is created.", param=extra[0])
        form = build(data={name: _typed(value) for name, value in {**present, **given}.items()})
        if not form.is_valid():
            field, problems = next(iter(form.errors.items()))
            back = {ours: theirs for theirs, ours in self.names.items()}
            raise Unprocessable(problems[0], param=None if field == "__all__" else back.get(field, field))
        return form.save_by(self.request.user)

    def shown(self, row, code=status.HTTP_200_OK):
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data, code)

    def remove(self):
        """202 when the deletion is on its way; 409 when FeedbackAPI has nothing to delete."""
        row = self.get_object()
        try:
            services.delete(row, self.request.user)
        except services.CannotSend as refused:
            raise Conflict(str(refused)) from refused
        return self.shown(row, status.HTTP_202_ACCEPTED)


def _typed(value):
    """A JSON value as a form gets it."""
    if value is None:
        return ""
    return (
        [getattr(one, "pk", one) for one in value]
        if hasattr(value, "__iter__") and not isinstance(value, str)
        else value
    )


def _only_admins(request):
    if not request.user.is_admin:
        raise PermissionDenied("Only an admin does that.")


@extend_schema_view(list=extend_schema(summary="List customers"), retrieve=extend_schema(summary="Read a customer"))
class CustomerViewSet(Rows):
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilters
    names = {"phone": "phone_text"}

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Customer.objects.none()
        customers = Customer.objects.visible_to(self.request.user)
        return customers.select_related("phone").prefetch_related("other_locations")

    def get_serializer_context(self):
        user = getattr(self.request, "user", None)
        everywhere = user is None or user.is_anonymous or user.sees_all_locations
        seen = None if everywhere else set(Location.objects.visible_to(user).values_list("pk", flat=True))
        return super().get_serializer_context() | {"seen": seen}

    @extend_schema(summary="Add a customer", request=CustomerBody, responses={201: CustomerSerializer})
    def create(self, request):
        customer = self._save(self.read(CustomerBody))
        return self.shown(customer, status.HTTP_201_CREATED)

    @extend_schema(summary="Change a customer", request=CustomerBody, responses=CustomerSerializer)
    def partial_update(self, request, pk):
        return self.shown(self._save(self.read(CustomerBody), self.get_object()))

    @extend_schema(summary="Delete a customer at FeedbackAPI", request=None, responses={202: CustomerSerializer})
    def destroy(self, request, pk):
        """Makes the customer inactive there, across an account and all locations. Here the row stays."""
        if not request.user.is_supervisor:
            raise PermissionDenied("Only a supervisor or an admin deletes a customer.")
        return self.remove()

    def _save(self, data, customer=None):
        out, reason = data.pop("opt_out", None), data.pop("opt_in_reason", "")
        goes_back_in = out is False and customer is not None and customer.opted_out_at
        if goes_back_in and not reason.strip():
            raise Unprocessable("Say how and when they asked for it.", param="opt_in_reason")
        if data or customer is None:
            customer = self.saved(lambda **more: CustomerForm(instance=customer, user=self.request.user, **more), data)
        if out:
            services.opt_out(customer, self.request.user, "by API")
        elif goes_back_in:
            services.opt_in(customer, self.request.user, reason)
        return customer


@extend_schema_view(list=extend_schema(summary="List locations"), retrieve=extend_schema(summary="Read a location"))
class LocationViewSet(Rows):
    serializer_class = LocationSerializer
    filterset_class = LocationFilters
    names = {"review_profiles": "profiles"}

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Location.objects.none()
        seen = Location.objects.visible_to(self.request.user)
        return seen.prefetch_related("members", "review_profiles")

    @extend_schema(summary="Add a location", request=LocationBody, responses={201: LocationSerializer})
    def create(self, request):
        _only_admins(request)
        return self.shown(self._save(self.read(LocationBody)), status.HTTP_201_CREATED)

    @extend_schema(summary="Change a location", request=LocationBody, responses=LocationSerializer)
    def partial_update(self, request, pk):
        _only_admins(request)
        return self.shown(self._save(self.read(LocationBody), self.get_object()))

    @extend_schema(summary="Delete a location at FeedbackAPI", request=None, responses={202: LocationSerializer})
    def destroy(self, request, pk):
        """All its campaigns cease to work and its reviews are no longer active there. Here the row stays."""
        _only_admins(request)
        return self.remove()

    def _save(self, data, location=None):
        is_active = data.pop("is_active", None)
        if "review_profiles" in data:
            data["review_profiles"] = "\n".join(data["review_profiles"])
        if data or location is None:
            location = self.saved(lambda **more: LocationForm(instance=location, **more), data)
        if is_active is not None and is_active != location.is_active:
            services.set_active(location, is_active, self.request.user)
        return location


@extend_schema_view(list=extend_schema(summary="List accounts"), retrieve=extend_schema(summary="Read an account"))
class AccountViewSet(Rows):
    """For admins."""

    serializer_class = AccountSerializer
    filterset_class = AccountFilters

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        _only_admins(request)

    def get_queryset(self):
        return ClientAccount.objects.all()

    @extend_schema(summary="Add an account", request=AccountBody, responses={201: AccountSerializer})
    def create(self, request):
        return self.shown(self._save(self.read(AccountBody)), status.HTTP_201_CREATED)

    @extend_schema(summary="Change an account", request=AccountBody, responses=AccountSerializer)
    def partial_update(self, request, pk):
        return self.shown(self._save(self.read(AccountBody), self.get_object()))

    @extend_schema(summary="Delete an account at FeedbackAPI", request=None, responses={202: AccountSerializer})
    def destroy(self, request, pk):
        """Cancels all its campaigns and messages; its landing and kiosk pages stop working. Here the row stays."""
        return self.remove()

    def _save(self, data, account=None):
        is_active = data.pop("is_active", None)
        if data or account is None:
            account = self.saved(lambda **more: AccountForm(instance=account, **more), data)
        if is_active is not None and is_active != account.is_active:
            services.set_account_active(account, is_active, self.request.user)
        return account
