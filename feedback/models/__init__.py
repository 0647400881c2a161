"""The rows of this room, one module an idea."""

from feedback.models.alerts import Alert, AlertRule
from feedback.models.answers import Feedback, Inboxed, Placed, PlacedQuerySet, Review
from feedback.models.cases import (
    Case,
    CaseAlarm,
    CaseCall,
    CaseContact,
    CaseEvent,
    CaseRule,
    CaseSource,
    CaseSweep,
)
from feedback.models.coaching import CoachingPick, CoachingWeek
from feedback.models.explorer import CallAnswer, CallIssue, CallParked
from feedback.models.exports import CallExport
from feedback.models.replies import ReplyTemplate
from feedback.models.reports import Report, ReportWish
from feedback.models.requests import FeedbackRequest, MessageTemplate, RequestBatch, SurveyRule
from feedback.models.tallies import IssueTally, Stale, Tally, WeekIssueTally, WeekTally
from feedback.models.views import SavedView
from feedback.models.walls import WallScreen
from feedback.models.wrap_ups import Draft, Rating, RatingLeg, RatingRevision

__all__ = [
    "Alert",
    "AlertRule",
    "CallExport",
    "Case",
    "CaseAlarm",
    "CaseCall",
    "CaseContact",
    "CaseEvent",
    "CaseRule",
    "CaseSource",
    "CaseSweep",
    "CoachingPick",
    "CoachingWeek",
    "CallAnswer",
    "CallIssue",
    "CallParked",
    "Draft",
    "Feedback",
    "FeedbackRequest",
    "Inboxed",
    "IssueTally",
    "MessageTemplate",
    "Placed",
    "PlacedQuerySet",
    "Rating",
    "RatingLeg",
    "RatingRevision",
    "ReplyTemplate",
    "Report",
    "ReportWish",
    "RequestBatch",
    "Review",
    "SavedView",
    "Stale",
    "SurveyRule",
    "Tally",
    "WallScreen",
    "WeekIssueTally",
    "WeekTally",
]
