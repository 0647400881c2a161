"""What a file of survey answers, or of public reviews, may tell."""

from customers.imports.kinds import DATE, PLACE, SCORE, TEXT, TIME, WORD, Field, words

HAPPY = {
    True: words("happy, satisfied, good, yes, y, true, 1, positive, thumbs up, up"),
    False: words("unhappy, dissatisfied, unsatisfied, bad, no, n, false, 0, negative, thumbs down, down"),
}

ANSWERS = (
    Field(
        "answer_id",
        "Answer id",
        TEXT,
        words("answer id, response id, feedback id, survey id, submission id, respondent id, id, uuid"),
        help="Tells the answers of one source apart. Without it a row is known by all that stands in it.",
    ),
    Field(
        "date",
        "When it was given",
        DATE,
        words(
            "timestamp, date, submitted at, answered at, response date, submitted, created at, completed at, "
            "date time, created, end date, start date"
        ),
        help="With or without the time behind it.",
        is_required=True,
    ),
    Field("time", "Time of day", TIME, words("time, time of day"), help="Where it stands apart from the date."),
    Field(
        "nps",
        "Score, 0 to 10",
        SCORE,
        words(
            "nps, nps score, net promoter score, likelihood to recommend, recommend, how likely are you to recommend, "
            "on a scale of 0 10, on a scale of 0 to 10, on a scale from 0 to 10, score"
        ),
        help="How likely they are to recommend: it counts for NPS.",
        scale=(0, 10),
    ),
    Field(
        "stars",
        "Stars, 1 to 5",
        SCORE,
        words("stars, star rating, csat, csat score, satisfaction, satisfaction rating, rating"),
    ),
    Field("happy", "Happy or not", WORD, words("happy, is happy, satisfied, mood, thumb"), words=HAPPY),
    Field(
        "comments",
        "Their words",
        TEXT,
        words("comments, comment, why, verbatim, feedback, reason, what is the reason for your score, text, message"),
        limit=20_000,
    ),
    Field("name", "Customer’s name", TEXT, words("name, customer name, respondent, full name, customer")),
    Field("email", "Customer’s e-mail", TEXT, words("email, e mail, email address, customer email"), limit=254),
    Field("phone", "Customer’s number", TEXT, words("phone, phone number, mobile, customer phone, number"), limit=60),
    Field("location", "Location", PLACE, words("location, location name, site, branch, store, office")),
)

REVIEWS = (
    Field(
        "review_id",
        "Review id",
        TEXT,
        words("review id, reviewid, reviewer id, id, uuid"),
        help="Tells the reviews of one source apart. Without it a row is known by all that stands in it.",
    ),
    Field(
        "date",
        "When it was written",
        DATE,
        words(
            "review time, review date, date, created at, published at, posted at, timestamp, written at, created, time"
        ),
        help="Also as “3 months ago”, counted from a day that you choose.",
        is_required=True,
    ),
    Field(
        "rating",
        "Stars, 1 to 5",
        SCORE,
        words("rating, stars, star rating, overall rating, review rating, score"),
        help="A review of words alone has none. One that is not 1 to 5 is left out, and the review is taken.",
        is_spared=True,
    ),
    Field("title", "Title", TEXT, words("title, review title, headline, subject"), limit=500),
    Field(
        "text",
        "Text",
        TEXT,
        words("review, content, text, review text, comment, comments, body, description, review body"),
        limit=50_000,
    ),
    Field("reviewer", "Who wrote it", TEXT, words("reviewer, reviewer name, author, author name, name, user")),
    Field("platform", "Platform", TEXT, words("platform, source, site name, review site"), limit=100),
    Field("url", "Address of the review", TEXT, words("url, link, review url, address of the review"), limit=2000),
    Field(
        "location",
        "Location",
        PLACE,
        words(
            "location, location name, store address, address, branch, store, site, place, venue, lounge name, airport, "
            "store name, business name"
        ),
        help="What was reviewed, by its name here.",
    ),
)


def check_answers(columns, options):
    """{field: sentence} of what is missing."""
    missing = {} if "date" in columns else {"date": "Say which column tells when an answer was given."}
    if not columns.keys() & {"nps", "stars", "happy", "comments"}:
        missing["nps"] = "Say which column has what they answered."
    return missing


def check_reviews(columns, options):
    """{field: sentence} of what is missing."""
    missing = {} if "date" in columns else {"date": "Say which column tells when a review was written."}
    if not columns.keys() & {"rating", "text"}:
        missing["rating"] = "Say which column has the stars or the text."
    return missing
