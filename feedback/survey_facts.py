"""The facts a verdict looks at, loaded for one customer or a thousand with the same four queries."""

from datetime import timedelta
from zoneinfo import available_timezones

from django.conf import settings
from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from customers import phones
from feedback import verdict
from feedback.models import Case, FeedbackRequest, SurveyRule
from feedback.request_status import BY_SMS, NO_MESSAGE
from integrations.choices import DeliveryState

# Made elsewhere, on its way or there; what was parked counts only where it may have been sent.
COUNTS = Q(cancelled_at=None) & (
    Q(delivery=None)
    | Q(delivery__state__in=[DeliveryState.PENDING, DeliveryState.DELIVERED])
    | Q(delivery__state=DeliveryState.PARKED, delivery__maybe_double=True)
)
WHEN = Coalesce("due_at", "requested_at")


class FactBook:
    """Facts of `customers` (rows with phone and location) for asking at `at` (aware).

    `without` is a FeedbackRequest that does not count against itself, `about` a call whose requests do not.
    `of` asks the database nothing.
    """

    def __init__(self, customers, at, without=None, about=None):
        ids = [customer.pk for customer in customers]
        counted = FeedbackRequest.objects.filter(COUNTS).exclude(NO_MESSAGE)
        if without and without.pk:
            counted = counted.exclude(pk=without.pk)
        if about:
            counted = counted.exclude(call=about)
        self.rules = {rule.account_id: rule for rule in SurveyRule.objects.all()}
        self.asked = _last_asked(counted, ids)
        self.cases = _open_cases(ids)
        self.sms = _sms_of_month(counted, max(at, timezone.now()))  # what is late goes now

    def of(self, customer, location):
        """The Facts for asking `customer` from `location` (None while none is chosen)."""
        account = location.account_id if location else None
        zone, is_told = zone_of(customer, location)
        return verdict.Facts(
            rule=self.rule_of(account),
            asked_at=_latest(self.asked.get(customer.pk), customer.last_sms_at, customer.last_email_at),
            open_case=self.cases.get(customer.pk),
            sms_used=self.sms.get(account, 0) if account else 0,
            zone=zone,
            zone_is_told=is_told,
        )

    def rule_of(self, account_id):
        """As survey_rules.rule_for, of the id."""
        return self.rules.get(account_id) or self.rules.get(None) or SurveyRule()

    def note_sms(self, location):
        """One more text message of the location's account: a list is counted as it goes."""
        if location and location.account_id:
            self.sms[location.account_id] = self.sms.get(location.account_id, 0) + 1


def _last_asked(counted, ids):
    rows = counted.filter(customer__in=ids).order_by().values_list("customer").annotate(last=Max(WHEN))
    return dict(rows)


def _open_cases(ids):
    rows = Case.objects.open().filter(customer__in=ids).only("customer", "opened_at").order_by("-opened_at", "-pk")
    return {row.customer_id: row for row in rows}


def _sms_of_month(counted, at):
    """{account id: how many}, in the month of `at` by our own clock: whose month the vendor counts is not said."""
    first = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    month = counted.filter(BY_SMS, location__account__isnull=False).annotate(at=WHEN)
    rows = month.filter(at__gte=first, at__lt=following).order_by().values_list("location__account")
    return dict(rows.annotate(count=Count("pk")))


def _latest(*moments):
    return max((moment for moment in moments if moment), default=None)


def zone_of(customer, location=None):
    """(IANA zone, told): the customer's own clock; where nothing tells it, that of the location they are asked from."""
    _, zone, _ = phones.local_time(customer)
    if zone:
        return zone, True
    own = location.time_zone if location else ""
    return (own if own in available_timezones() else settings.TIME_ZONE), False


def wished_time(rule, now, due=None, suppress=False):
    """When a request would go, before quiet hours are looked at (aware): `due`; "now" waits as long as the rule says,
    but a link, which disturbs nobody, does not."""
    if due:
        return max(due, now)
    return now if suppress else now + timedelta(minutes=rule.delay_minutes)


def wait_of(rule):
    """The sentence about how long "now" waits, "" where it goes at once."""
    minutes = rule.delay_minutes
    return f"“Now” waits {minutes} minute{'' if minutes == 1 else 's'}, as the survey rule says." if minutes else ""


def judge(ask, without=None):
    """The Verdict on one Ask, with what the database knows now."""
    book = FactBook([ask.customer], ask.due, without)
    return verdict.of(ask, book.of(ask.customer, ask.location))
