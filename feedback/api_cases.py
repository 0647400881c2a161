"""REST: cases. Owner, notes and stage are nouns of a case; the deeds are those of its page."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api import Conflict, CursorPages, Unprocessable
from accounts.api_parts import MomentFilter, StrictFilters, StrictSerializer
from feedback.cases import selectors, stages
from feedback.cases.selectors import is_overdue
from feedback.choices import CaseSourceKind, CaseStage, CaseWord, ContactHow, RootCause
from feedback.models import Case, CaseEvent, CaseSource

OPEN, CONTACTED, RESOLVED, DROPPED = CaseStage.OPEN, CaseStage.CONTACTED, CaseStage.RESOLVED, CaseStage.DROPPED
# What a body may ask for; whose a case is says `owner`.
ASKED_FOR = [(stage.value, stage.label) for stage in (OPEN, CONTACTED, RESOLVED, DROPPED)]


class SourceSerializer(serializers.ModelSerializer):
    """One thing that was said; exactly one of answer, review and call is there."""

    call = serializers.IntegerField(source="rating.call_id", default=None, allow_null=True)

    class Meta:
        model = CaseSource
        fields = ["kind", "answer", "review", "call", "words", "said_at", "added_at", "contacted_at"]
        read_only_fields = fields


class EventSerializer(serializers.ModelSerializer):
    word = serializers.ChoiceField(CaseWord.choices)

    class Meta:
        model = CaseEvent
        fields = ["at", "word", "text", "by", "call"]
        read_only_fields = fields


class CaseSerializer(serializers.ModelSerializer):
    """A case. `due_at` is the end of its clock, which runs on weekends; `name` is whom it is about."""

    stage = serializers.ChoiceField(CaseStage.choices)
    name = serializers.CharField(help_text="the customer, or what the reviewer is called")
    contacted_how = serializers.CharField(help_text=", ".join(ContactHow.values))
    root_cause = serializers.CharField(help_text=", ".join(RootCause.values))
    is_overdue = serializers.SerializerMethodField()
    sources = SourceSerializer(many=True)

    class Meta:
        model = Case
        fields = [
            *("id", "stage", "customer", "name", "location", "owner", "opened_at", "due_at", "is_overdue"),
            *("contacted_at", "contacted_how", "first_contact_at", "closed_at", "root_cause", "drop_reason"),
            *("follow_up", "follow_up_why", "next_answer", "recovered", "sources"),
        ]
        read_only_fields = fields

    def get_is_overdue(self, case) -> bool:
        return case.overdue


class OwnerBody(StrictSerializer):
    owner = serializers.IntegerField(allow_null=True, min_value=1, max_value=2**63 - 1, help_text="null = nobody's")


class NoteBody(StrictSerializer):
    text = serializers.CharField(max_length=stages.LONGEST_NOTE)


class StageBody(StrictSerializer):
    """`open` reopens. `how` is needed for `contacted`, and for `resolved` where nobody contacted them yet."""

    stage = serializers.ChoiceField(ASKED_FOR)
    how = serializers.ChoiceField(ContactHow.choices, required=False, allow_blank=True)
    root_cause = serializers.ChoiceField(RootCause.choices, required=False, allow_blank=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=stages.LONGEST_REASON)
    text = serializers.CharField(required=False, allow_blank=True, max_length=stages.LONGEST_NOTE)


class CaseApiFilters(StrictFilters):
    open = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")
    overdue = django_filters.BooleanFilter(method="by_overdue")
    source = django_filters.ChoiceFilter(choices=CaseSourceKind.choices, method="by_source")
    after = MomentFilter(field_name="opened_at", lookup_expr="gte")
    before = MomentFilter(field_name="opened_at", lookup_expr="lt")

    class Meta:
        model = Case
        fields = ["stage", "owner", "location", "customer", "root_cause", "recovered"]

    def by_overdue(self, rows, name, value: bool):
        return rows.filter(is_overdue()) if value else rows.exclude(is_overdue())

    def by_source(self, rows, name, kind):
        return rows.filter(Exists(CaseSource.objects.filter(case=OuterRef("pk"), kind=kind)))


class CasePages(CursorPages):
    ordering = ("-opened_at", "-id")


@extend_schema_view(list=extend_schema(summary="List cases"), retrieve=extend_schema(summary="Read a case"))
class CaseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """An agent's are those they own, a supervisor's those of their locations."""

    serializer_class = CaseSerializer
    pagination_class = CasePages
    filterset_class = CaseApiFilters
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Case.objects.none()
        mine = Case.objects.visible_to(self.request.user).annotate(overdue=selectors.overdue_flag())
        return mine.select_related("customer").prefetch_related("sources__rating")

    @extend_schema(summary="Give a case to somebody", request=OwnerBody, responses=CaseSerializer)
    @action(detail=True, methods=["put"])
    def owner(self, request, pk):
        """For supervisors and admins. Also where the case is out of sight afterwards, it is answered."""
        case = self.get_object()
        if not request.user.is_supervisor:
            raise PermissionDenied("Only a supervisor or an admin gives a case to somebody.")
        data = self._body(OwnerBody)
        person = selectors.people_for(case).filter(pk=data["owner"]).first() if data["owner"] else None
        if data["owner"] and person is None:
            raise Unprocessable("Choose somebody of its location who works here.", param="owner")
        return self._done(case, lambda: stages.assign(case, request.user, person))

    @extend_schema(summary="What was done with a case", responses=EventSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def notes(self, request, pk):
        """Every line of its history, the oldest first."""
        return Response(EventSerializer(self.get_object().events.all(), many=True).data)

    @extend_schema(summary="Write a note", request=NoteBody, responses={201: EventSerializer})
    @notes.mapping.post
    def add_note(self, request, pk):
        case, data = self.get_object(), self._body(NoteBody)
        note = self._try(lambda: stages.add_note(case, request.user, data["text"]))
        return Response(EventSerializer(note).data, status.HTTP_201_CREATED)

    @extend_schema(summary="Bring a case to another stage", request=StageBody, responses=CaseSerializer)
    @action(detail=True, methods=["put"])
    def stage(self, request, pk):
        """409 where it stands at a stage from which this one is not reached."""
        case, data = self.get_object(), self._body(StageBody)
        return self._done(case, lambda: _DEEDS[data["stage"]](case, request.user, data))

    def _body(self, body):
        given = body(data=self.request.data)
        given.is_valid(raise_exception=True)
        return given.validated_data

    def _try(self, deed):
        try:
            return deed()
        except stages.StageCannot as cannot:
            raise Conflict(str(cannot)) from cannot
        except stages.CannotChange as cannot:
            if not cannot.param:
                raise Conflict(str(cannot)) from cannot
            raise Unprocessable(str(cannot), param=cannot.param) from cannot

    def _done(self, case, deed):
        self._try(deed)
        case = Case.objects.annotate(overdue=selectors.overdue_flag()).prefetch_related("sources").get(pk=case.pk)
        return Response(self.get_serializer(case).data)


_DEEDS = {
    OPEN: lambda case, by, data: stages.reopen(case, by, data.get("text", "")),
    CONTACTED: lambda case, by, data: stages.contact(case, by, data.get("how", ""), data.get("text", "")),
    RESOLVED: lambda case, by, data: stages.resolve(
        case, by, data.get("root_cause", ""), data.get("text", ""), how=data.get("how", "")
    ),
    DROPPED: lambda case, by, data: stages.drop(case, by, data.get("reason", "")),
}
