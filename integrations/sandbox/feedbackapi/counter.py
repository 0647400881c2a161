"""The desk as a page for people: be the vendor's admin, or the customer, and see what comes of it on our side.

One form a row, one POST a form, back to the page. What a form may do is what `desk.Desk` does.
"""

from datetime import UTC, datetime
from html import escape

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from integrations.sandbox.faults import Wrong
from integrations.sandbox.feedbackapi import tables
from integrations.sandbox.feedbackapi.desk import Desk
from integrations.sandbox.feedbackapi.fates import TEMPLATES
from integrations.sandbox.feedbackapi.happening import settle
from integrations.sandbox.feedbackapi.shapes import CUSTOMERS, LOCATIONS, REQUESTS, SHAPES
from integrations.sandbox.frontpage import STYLE

PATH = "/feedbackapi/desk"
SHOWN = 15  # rows of a kind; a search finds the others
# What a person edits, by resource: the vendor's names. A flag is a box to tick.
EDITED = {
    "accounts": ("name", "active", "max_locations", "max_users", "sms_allowance"),
    "locations": ("name", "address_line_1", "address_line_2", "address_line_3", "postal_code", "country_code"),
    "customers": ("fname", "sname", "email", "mobile_number", "opt_out"),
}
_FLAGS = ("active", "opt_out")
_NUMBERS = ("max_locations", "max_users", "sms_allowance")
_SCORES = {"happy": ("true", "false"), "nps": tuple(map(str, range(11))), "star-rating": tuple("12345")}
_INTRO = """<h1>FeedbackAPI’s desk</h1>
<p>Here you are somebody else: an admin at FeedbackAPI, or a customer. What you save here, Aftercall learns with its
next sync; change the same field in Aftercall before that, and it shows both values and asks.
The time here is <b>{now}</b>.
<a href="/">All about the sandbox</a></p>"""


def page(world, ledger, request):
    """The page as HTML; `q` finds locations and customers."""
    if request.method == "POST":
        return _post(world, request)
    asked = request.args.get("q", "").strip()[:200]
    with world.store.undivided():
        settle(world)
        parts = [_edits(world, resource, asked) for resource in EDITED] + [_answers(world), _reviews(world)]
        parts += [_invitations(world), _clock()]
    now = f"{world.now().astimezone(UTC):%A %d %B %Y, %H:%M} UTC"
    search = f'<form method="get">{_field("q", asked, "Find a location or customer")} <button>Find</button></form>'
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>FeedbackAPI’s desk</title>'
    html = f"{head}<style>{STYLE}</style></head><body>{_INTRO.format(now=now)}{search}{''.join(parts)}</body></html>"
    return Response(html, content_type="text/html; charset=utf-8")


def _post(world, request):
    form = request.form
    if form.get("deed") not in _DEEDS:
        raise Wrong(f"“deed” must be one of {', '.join(_DEEDS)}.")
    _DEEDS[form["deed"]](world, form)
    return redirect(PATH, 303)


# --- what the forms do


def _edit(world, form):
    resource = form.get("resource")
    if resource not in EDITED or tables.by_id(world.store, SHAPES[resource], form.get("id")) is None:
        raise Wrong("There is no such record.")
    # A box that is not ticked is not sent, so what a form is about it says itself.
    changes = {name: _value(name, form.get(name)) for name in EDITED[resource] if name in form.getlist("fields")}
    Desk(world).change(edit={resource: [{"id": form["id"], **changes}]})


def _value(name, text):
    if name in _FLAGS:
        return text is not None
    text = (text or "").strip()
    if name in _NUMBERS and text:
        if not text.isdecimal():
            raise Wrong(f"“{name}” must be a whole number or empty.")
        return int(text)
    return text or None


def _remove(world, form):
    if form.get("resource") not in EDITED:
        raise Wrong("There is no such record.")
    Desk(world).change(delete={form["resource"]: [form.get("id", "")]})


def _answer(world, form):
    Desk(world).answer(form.get("id", ""), form.get("score", ""), form.get("comments", "").strip() or None)


def _review(world, form):
    stars = form.get("rating", "")
    if stars not in tuple("12345"):
        raise Wrong("“rating” must be 1 to 5.")
    review = {
        "title": form.get("title") or None, "description": form.get("description") or None, "rating": int(stars),
        "location": form.get("location"), "platform": "demo", "platform_name": "The Review Site",
        "url": "https://reviews.example/1", "reviewer_name": form.get("reviewer_name") or None,
    }  # fmt: skip
    Desk(world).change(insert={"reviews": [review]})


def _accept(world, form):
    Desk(world).accept(form.get("email", ""))


def _advance(world, form):
    hours = form.get("hours", "")
    if not hours.isdecimal() or int(hours) > 24 * 366:
        raise Wrong("“hours” must be a whole number.")
    world.advance(int(hours) * 3600)


_DEEDS = {
    "edit": _edit,
    "remove": _remove,
    "answer": _answer,
    "review": _review,
    "accept": _accept,
    "advance": _advance,
}

# --- what the page shows


def _edits(world, resource, asked):
    shape, names = SHAPES[resource], EDITED[resource]
    searched = ("name",) if "name" in names else ("fname", "sname", "email", "mobile_number")
    where = " OR ".join(f'"{name}" LIKE ?' for name in searched)
    rows = tables.select(
        world.store, shape, f"listed = 1 AND ({where})" if asked else "listed = 1",
        [f"%{asked}%"] * len(searched) if asked else (), order="n DESC", limit=SHOWN,
    )  # fmt: skip
    forms = "".join(_edit_form(resource, names, row) for row in rows)
    return f"<h2>{resource.title()}</h2>{forms or '<p>None.</p>'}"


def _edit_form(resource, names, row):
    kept = _hidden(resource=resource, id=row["id"]) + "".join(_hidden(fields=name) for name in names)
    fields = " ".join(_tick(n, row[n]) if n in _FLAGS else _field(n, row[n]) for n in names)
    save = '<button name="deed" value="edit">Save</button> <button name="deed" value="remove">Delete</button>'
    return f'<form method="post"><code>{escape(row["id"])}</code> {kept}{fields} {save}</form>'


def _answers(world):
    open_ones = "listed = 1 AND feedback IS NULL AND sent IS NOT NULL OR (listed = 1 AND type = 'suppressed')"
    rows = tables.select(world.store, REQUESTS, open_ones, order="n DESC", limit=SHOWN)
    forms = "".join(_answer_form(world, row) for row in rows if not row["feedback"])
    return f"<h2>Answer for a customer</h2>{forms or '<p>No request waits for an answer.</p>'}"


def _answer_form(world, row):
    customer = tables.by_id(world.store, CUSTOMERS, row["subscriber"]) or {}
    who = customer.get("email") or customer.get("mobile_number") or "somebody"
    metric = TEMPLATES.get(row["template"], ("email", "happy"))[1]
    sent = datetime.fromtimestamp(row["created"], UTC)
    return (
        f'<form method="post">{escape(who)}, {escape(row["type"] or "")}, {sent:%d %b %H:%M} {_hidden(id=row["id"])}'
        f"{_choice('score', metric, _SCORES[metric])} {_field('comments')} {_button('answer', 'Answer')}</form>"
    )


def _reviews(world):
    places = tables.select(world.store, LOCATIONS, order="name", limit=100)
    choice = _choice("location", "location", [(row["id"], row["name"] or row["id"]) for row in places])
    fields = " ".join(map(_field, ("reviewer_name", "title", "description")))
    form = f"{choice} {_choice('rating', 'rating', '54321')} {fields} {_button('review', 'Publish')}"
    return f'<h2>Write a public review</h2><form method="post">{form}</form>'


def _invitations(world):
    forms = "".join(
        f'<form method="post">{escape(invite["email"])} {_hidden(email=invite["email"])}'
        f"{_button('accept', 'Accept')}</form>"
        for invite in Desk(world).pending()
    )
    return f"<h2>Invited and pending</h2>{forms or '<p>Nobody.</p>'}"


def _clock():
    choice = _choice("hours", "by", [("1", "an hour"), ("24", "a day"), ("168", "a week")])
    return (
        "<h2>Let time pass</h2><p>Messages are opened, clicked and answered by this clock; Aftercall keeps its own.</p>"
        f'<form method="post">{choice} {_button("advance", "Go on")}</form>'
    )


# --- parts


def _hidden(**values):
    return "".join(f'<input type="hidden" name="{n}" value="{escape(str(v))}">' for n, v in values.items())


def _field(name, value=None, label=None):
    shown = "" if value is None else escape(str(value))
    return f'<label>{escape(label or name)} <input name="{name}" value="{shown}"></label>'


def _tick(name, value):
    return f'<label><input type="checkbox" name="{name}"{" checked" if value else ""}> {name}</label>'


def _choice(name, label, options):
    pairs = [option if isinstance(option, tuple) else (option, option) for option in options]
    inner = "".join(f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in pairs)
    return f'<label>{escape(label)} <select name="{name}">{inner}</select></label>'


def _button(deed, words):
    return f'<button name="deed" value="{deed}">{words}</button>'


ROUTES = ((("GET", "POST"), PATH, page),)
