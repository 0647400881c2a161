"""The seven resources: what each object prints and in which order, what a list filters by, how it is sorted."""

from dataclasses import dataclass, field

from integrations.sandbox.feedbackapi.values import country, decimal, email, flag, mobile, moment, one_of, text, whole

# How a column is kept: text and numbers as they are.
PLAIN, TIME, FLAG, LIST, TIME_OR_FALSE = "plain", "time", "flag", "list", "time or false"
_NPS, _STARS = whole(0, 10), whole(1, 5)


@dataclass(frozen=True)
class Shape:
    """One resource. A filter is (column, operator, reader); "before" and "after" are bounds in time."""

    name: str
    columns: dict
    filters: dict
    sort: str = "created-desc"
    hidden: tuple = ()  # kept, never printed
    any_case: tuple = ()  # compared and sorted without regard to case
    indexes: tuple = field(default=())

    @property
    def table(self):
        """Its table's name."""
        return "feedbackapi_" + self.name.replace("-", "_")


def _between(*columns):
    return {f"{c}_{end}": (c, end, moment) for c in columns for end in ("before", "after")}


def _range(name, column, reader):
    return {f"{name}_less_than": (column, "<=", reader), f"{name}_greater_than": (column, ">=", reader)}


def _equal(**readers):
    return {name: (name, "=", reader) for name, reader in readers.items()}


def _valid(value):
    """The page's words, literally: TRUE asks for the valid ones, FALSE for those flagged as invalid."""
    return not flag(value)


def _type(value):
    """The word to ask with is happy; the object's own page calls the same metric csat."""
    word = one_of("star-rating", "nps", "happy")(value)
    return ("happy", "csat") if word == "happy" else (word,)


def _columns(kinds, *names):
    return {name: kinds.get(name, PLAIN) for name in names}


CUSTOMERS = Shape(
    "customers",
    _columns(
        {"created": TIME, "last_sms": TIME, "last_email": TIME, "invalid": FLAG, "opt_out": FLAG, "locations": LIST},
        "id", "created", "email", "mobile_number", "fname", "sname", "last_sms", "last_email", "country_code",
        "invalid", "opt_out", "locations",
    ),
    _between("created")
    | _equal(email=email, mobile_number=mobile, fname=text, sname=text, country_code=country, opt_out=flag)
    | {"invalid": ("invalid", "=", _valid)},
    any_case=("email",),
    indexes=("email", "mobile_number", "fname", "sname", "opt_out"),
)  # fmt: skip
LOCATIONS = Shape(
    "locations",
    _columns(
        {"created": TIME}, "id", "created", "name", "address_line_1", "address_line_2", "address_line_3",
        "postal_code", "country_code",
    ),
    _between("created") | _equal(name=text, postal_code=text, country_code=country),
    sort="name-asc",
    hidden=("account", "review_profile"),
    any_case=("name",),
    indexes=("name",),
)  # fmt: skip
REVIEWS = Shape(
    "reviews",
    _columns(
        {"created": TIME}, "id", "created", "title", "description", "location", "platform", "platform_name", "rating",
        "url", "reviewer_name", "reviewer_image", "reviewer_url",
    ),
    _between("created") | _equal(location=text, platform=text) | _range("rating", "rating", decimal),
    indexes=("location", "rating"),
)  # fmt: skip
FEEDBACK = Shape(
    "feedback",
    _columns(
        {"created": TIME, "happy": FLAG}, "id", "created", "type", "nps-score", "star-rating", "happy", "comments",
        "platform_name", "subscriber", "subscriber_name", "subscriber_email", "location", "campaign", "campaign_step",
    ),
    _between("created")
    | {"type": ("type", "in", _type)}
    | _range("nps_score", "nps-score", _NPS)
    | _range("star_rating", "star-rating", _STARS)
    | _equal(happy=flag, subscriber=text, location=text, campaign=text, campaign_step=text),
    indexes=("subscriber", "location"),
)  # fmt: skip
REQUESTS = Shape(
    "feedback-request",
    _columns(
        {
            "created": TIME, "due": TIME, "updated": TIME, "message_opened": FLAG, "message_clicked": FLAG,
            "message_bounced": FLAG, "spam_complaint": FLAG,
        },
        "id", "created", "due", "updated", "subscriber", "template", "location", "type", "message_opened",
        "message_clicked", "message_bounced", "bounce_reason", "spam_complaint", "full_url", "branded_url", "feedback",
    ),
    _between("created", "due", "updated")
    | _equal(
        subscriber=text, template=text, location=text, message_opened=flag, message_clicked=flag,
        message_bounced=flag, spam_complaint=flag,
    ),
    hidden=("sent",),
    indexes=("subscriber", "due", "updated"),
)  # fmt: skip
ACCOUNTS = Shape(
    "accounts",
    _columns(
        {"created": TIME, "active": FLAG}, "id", "created", "name", "active", "max_locations", "max_users",
        "max_campaigns", "sms_allowance",
    ),
    _between("created") | _equal(name=text, active=flag),
    hidden=("verb", "account_template"),
    any_case=("name",),
)  # fmt: skip
USERS = Shape(
    "users",
    _columns(
        {"created": TIME, "last_access": TIME_OR_FALSE}, "id", "created", "name", "email", "type", "status",
        "last_access",
    ),
    _between("created") | _equal(type=one_of("standard", "restricted")),
    hidden=("account",),
    any_case=("email",),
    indexes=("email",),
)  # fmt: skip
SHAPES = {s.name: s for s in (CUSTOMERS, LOCATIONS, REVIEWS, FEEDBACK, REQUESTS, ACCOUNTS, USERS)}
