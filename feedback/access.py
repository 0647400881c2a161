"""The doors of this room: which deliveries, reviews and answers a person may see."""

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404

from calls.models import FlagLeg, seen_by
from customers.access import whole
from feedback.models import (
    Alert,
    AlertRule,
    CallExport,
    Case,
    CaseRule,
    CoachingPick,
    Feedback,
    FeedbackRequest,
    MessageTemplate,
    RatingLeg,
    ReplyTemplate,
    Report,
    RequestBatch,
    Review,
    SavedView,
    SurveyRule,
    WallScreen,
)
from feedback.request_status import with_status
from integrations.models import Delivery


def deliveries_visible_to(user):
    """An admin's: all. Anybody else's: those of the calls they may see."""
    if user.is_admin:
        return Delivery.objects.all()
    # Each is looked up from its delivery: a list walks the newest ones and stops at the end of its page.
    here = {"delivery": OuterRef("pk")}
    of_ratings = RatingLeg.objects.filter(seen_by(user, "rating__call__"), **here)
    of_flags = FlagLeg.objects.filter(seen_by(user, "call__"), **here)
    of_requests = FeedbackRequest.objects.visible_to(user).filter(**here)
    return Delivery.objects.filter(Exists(of_ratings) | Exists(of_flags) | Exists(of_requests))


def get_delivery(user, pk):
    """The delivery, or 404 when it is not theirs to see."""
    return get_object_or_404(deliveries_visible_to(user).select_related("connection"), pk=pk)


def get_review(user, pk):
    """The review with its location and who dealt with it, or 404 when it is not theirs to see."""
    reviews = Review.objects.visible_to(user).select_related("location", "read_by", "handled_by", "replied_by")
    return get_object_or_404(reviews, pk=whole(pk))


def get_answer(user, pk):
    """The feedback with its location and customer, or 404 when it is not theirs to see."""
    answers = Feedback.objects.visible_to(user).select_related(
        "location", "customer", "call__agent", "read_by", "handled_by"
    )
    return get_object_or_404(answers, pk=whole(pk))


def get_template(user, pk):
    """The message template `pk`. Raises Http404, as for everybody but admins."""
    return get_object_or_404(MessageTemplate.objects.filter(_for_admin(user)).select_related("account"), pk=whole(pk))


def get_survey_rule(user, pk):
    """An account's own survey rule. Raises Http404, as for everybody but admins."""
    own = SurveyRule.objects.filter(_for_admin(user), account__isnull=False)
    return get_object_or_404(own.select_related("account"), pk=whole(pk))


def get_case(user, pk):
    """The case `pk` with whom it is about and whose it is, or 404 when it is not theirs to see."""
    related = ("customer__phone", "customer__location__account", "number", "location__account", "owner", "follow_up")
    return get_object_or_404(Case.objects.visible_to(user).select_related(*related), pk=whole(pk))


def get_reply_template(user, pk):
    """The reply template `pk`. Raises Http404, as for everybody but supervisors."""
    return get_object_or_404(ReplyTemplate.objects.filter(Q() if user.is_supervisor else Q(pk__in=())), pk=whole(pk))


def get_case_rule(user, pk):
    """An account's own case rule. Raises Http404, as for everybody but admins."""
    own = CaseRule.objects.filter(_for_admin(user), account__isnull=False)
    return get_object_or_404(own.select_related("account"), pk=whole(pk))


def _for_admin(user):
    return Q() if user.is_admin else Q(pk__in=())


def get_request(user, pk):
    """The request for feedback `pk` with its `status` and what its page shows. Raises Http404."""
    related = (
        "customer",
        "template",
        "location",
        "call",
        "delivery__connection",
        "requested_by",
        "cancelled_by",
        "feedback",
    )
    requests = with_status(FeedbackRequest.objects.visible_to(user)).select_related(*related)
    return get_object_or_404(requests, pk=whole(pk))


def get_wall(user, pk):
    """A wall screen that is not closed: one's own, an admin's any. Raises Http404."""
    screens = WallScreen.objects.visible_to(user).filter(revoked_at=None).select_related("user", "location", "account")
    return get_object_or_404(screens, pk=whole(pk))


def get_batch(user, pk):
    """The list of requests `pk`: an admin's any, a supervisor's own. Raises Http404."""
    batches = RequestBatch.objects.select_related("template", "made_by")
    return get_object_or_404(batches if user.is_admin else batches.filter(made_by=user), pk=whole(pk))


def get_call_export(user, pk):
    """A file of calls that this person asked for. Raises Http404, as for everybody but its owner."""
    return get_object_or_404(CallExport.objects.filter(owner=user), pk=whole(pk))


def get_saved_view(user, pk, to_change=False):
    """A saved view that this person may open or, `to_change`, rename, share and remove. Raises Http404."""
    views = SavedView.objects.changed_by(user) if to_change else SavedView.objects.visible_to(user)
    return get_object_or_404(views.select_related("owner"), pk=whole(pk))


def get_alert(user, pk):
    """The alert `pk` with its threshold. Raises Http404, as for everybody but supervisors of its place."""
    alerts = Alert.objects.visible_to(user) if user.is_supervisor else Alert.objects.none()
    return get_object_or_404(alerts.select_related("rule__location", "location"), pk=whole(pk))


def get_alert_rule(user, pk, to_change=True):
    """The threshold `pk`, not removed, that this person may change (or, without `to_change`, see). Raises Http404."""
    rules = AlertRule.objects.changed_by(user) if to_change else AlertRule.objects.visible_to(user)
    rules = rules.filter(removed_at=None) if user.is_supervisor else rules.none()
    return get_object_or_404(rules.select_related("location"), pk=whole(pk))


def get_pick(user, pk):
    """A call that was picked for coaching, of the user's locations and not their own. Raises Http404."""
    picks = CoachingPick.objects.visible_to(user)
    return get_object_or_404(picks.select_related(*_OF_PICK), pk=whole(pk))


def get_own_review(user, pk):
    """What was said about a call of the user's own. Raises Http404."""
    return get_object_or_404(CoachingPick.objects.told_to(user).select_related(*_OF_PICK), pk=whole(pk))


_OF_PICK = ("call__customer", "call__number", "call__rating", "call__location", "agent", "location", "done_by")


def get_report(user, pk):
    """One of the user's own weekly reports. Raises Http404."""
    return get_object_or_404(Report.objects.filter(user=user).select_related("letter"), pk=whole(pk))
