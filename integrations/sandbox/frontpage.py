"""The page at `/`: everything a person needs to play with the sandbox, from the tables it runs on."""

from html import escape

from integrations.sandbox import faults, trestle
from integrations.sandbox.ccai import dnc, people
from integrations.sandbox.ccai.events import HOOK_PATH as CCAI_HOOK_PATH
from integrations.sandbox.credentials import read
from integrations.sandbox.feedbackapi.fates import FATES, TEMPLATES
from integrations.sandbox.plivo import dial
from integrations.sandbox.plivo.carrier import HOOK_PATH
from integrations.sandbox.plivo.feedback import KNOWN_PREFIX
from integrations.sandbox.script import ENDINGS, SPECIAL
from integrations.sandbox.telesign import asked as telesign_asked
from integrations.sandbox.telesign import events as telesign_events
from integrations.sandbox.telesign.script import LINES
from integrations.sandbox.world import SETTINGS

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top;"
    "border-bottom:1px solid #ccc}form{margin:.4rem 0}label{margin-right:.6rem;white-space:nowrap}"
    "code,pre{background:#f3f3f3;padding:0 .2rem}pre{padding:.6rem;overflow:auto}"
)


def _table(caption, heads, rows):
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(c))}</td>" for c in row) + "</tr>" for row in rows)
    return f"<h2>{escape(caption)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _life(ending):
    return ", ".join(f"{status} {seconds} s" for seconds, status in ending.stages)


def _endings():
    """The endings with a story of their own, then the ordinary ones."""
    ordinary = [n for n in ENDINGS if n not in SPECIAL]
    return (
        "<p>Dial +1 212 555 01xx; any other number goes by its last two digits too. Most are ordinary: answered, "
        "20 to 40 seconds of talk.</p>"
        + _numbers("Numbers with a story of their own", sorted(SPECIAL))
        + _numbers("Ordinary numbers", ordinary)
    )


def _numbers(caption, digits):
    endings = [(n, ENDINGS[n]) for n in digits]
    rows = [(f"{n:02d}", e.says, _life(e), e.fail_reason, _carrier(e), _events(n), _lookup(n)) for n, e in endings]
    heads = (
        *("xx", "what happens", "CCAI's states, after", "fail reason"),
        *("Plivo's callback", "TeleSign's dial_completed", "Trestle look-up"),
    )
    return _table(caption, heads, rows)


_SENT = {"one": "", "none": ", not sent", "twice": ", sent twice", "late": ", 60 s late", "two calls": ", of two calls"}


def _carrier(ending):
    if ending.carrier is None:
        return "none"
    return f"{ending.carrier.status} {ending.carrier.code}{_SENT[ending.hook]}"


_TOLD = {"none": "no event", "twice": "twice", "late": "end 60 s late", "early": "after the end", "half": "no end"}


def _events(n):
    """What TeleSign tells of the number, with the key pressed when it is asked for one."""
    line = LINES[n]
    told = [] if line.events == "none" else [f"{line.status} {line.rings} s"]
    told += [_TOLD[line.events]] if line.events in _TOLD else []
    told += [f"presses {line.pressed or 'nothing'}"] if line.status == "answered" and line.events != "none" else []
    return ", ".join([*told, *([] if line.answer == "text" else [f"202 {line.answer}"])])


def _lookup(n):
    if n == trestle.NOT_VALID:
        return "not valid, score 5"
    return f"{trestle.LINE_TYPES[n % 10]}, score {trestle.SCORES[n % 10]}"


def _secrets(shown):
    """`name -> text`: the demo's own secrets are no secrets and are printed; others are only named."""
    demo = read({})

    def secret(name):
        value = getattr(shown, name)
        return value if value == getattr(demo, name) else f"({name.upper()} of its environment)"

    return secret


def _credentials(world):
    c, secret = world.credentials, _secrets(world.credentials)
    rows = [
        ("CCAI", "/ccai", f"HTTP Basic {c.ccai_subdomain} : {secret('ccai_token')}"),
        ("Plivo", "/plivo, /plivo-stats", f"HTTP Basic {c.plivo_auth_id} : {secret('plivo_auth_token')}"),
        ("Trestle", "/trestle", f"x-api-key: {secret('trestle_api_key')}"),
        ("TeleSign", "/telesign", f"HTTP Basic {c.telesign_customer_id} : {secret('telesign_api_key')}"),
        ("FeedbackAPI", "/feedbackapi", f"HTTP Basic {secret('feedbackapi_token')} : (empty)"),
        ("our hooks", world.setting("public_url") + CCAI_HOOK_PATH, _hook_words(c)),
        ("our hooks", world.setting("public_url") + HOOK_PATH, "signed (V3) with PLIVO_AUTH_TOKEN"),
        ("", world.setting("public_url") + telesign_events.HOOK_PATH, "signed (TSA) with TELESIGN_HOOK_KEY"),
    ]
    return _table("Vendors, and the credentials each expects (from the environment)", ("vendor", "base", "shows"), rows)


def _hook_words(credentials):
    known = f"HTTP Basic {credentials.ccai_hook_user} : (CCAI_HOOK_PASSWORD of its environment)"
    return known if credentials.ccai_hook_password else "nothing is sent without CCAI_HOOK_USER and CCAI_HOOK_PASSWORD"


_TRIGGERS = (
    ("call_type not one of the three (old names are taken)", "Invalid call type"),
    ("no agent_email", "Agent email required"),
    (f"e-mail not at {' or '.join(people.DOMAINS)}, or beginning with unknown", "Not a valid agent email"),
    ("e-mail beginning with noaccess", "Agent does not have access to make calls"),
    ("e-mail beginning with busy", "Agent is not available to take this call"),
    ("neither ticket_id nor end_user_number", "ticket_id or end_user_number required"),
    ("ticket_id other than T1001 to T1099, 71450, 76517", "Contact not found"),
    ("end_user_number not + and digits, as +1 212-555-0100", "end_user_number is not well-formed"),
    ("the same for an incoming or a scheduled call", "end_user_number is not well formed"),
    ("incoming or scheduled without it", "end_user_number is required"),
    ("no menu_id", "menu_id is required"),
    ("menu_id menu_999", "menu_id is not well formed"),
    ("menu_id 9999", "menu_id 9999 is not found"),
    ("menu_id 30 or 50, incoming", "Only IVR and mobile menu IDs are permitted"),
    ("menu_id 12 or 50, scheduled", "Only mobile and web menu IDs are permitted"),
    ("menu_id 22, or 11 incoming", "Menu is in 'manual redirection' state, can't accept calls"),
    ("menu_id 21, or 10 incoming", "Menu is in 'after hours' state, can't accept incoming calls"),
    ("lang fr or ja", "Language 'fr' is not available"),
    (f"lang other than {', '.join(people.LANGUAGES)}", "Language 'xy' is not found"),
    ("no scheduled_at, or one that is not in the future", "scheduled_at is required"),
    ("a number added to /ccai/apps/api/v1/outbound_dialer/dnc, outbound or scheduled", dnc.REFUSED),
    ("flags after the end of the call", "Call is already ended"),
    ("any other path: 404", "Resource not found - Please check your subdomain"),
)

_USE = """<h2>Misbehaviour</h2>
<p>POST /faults takes a list; GET shows what waits, DELETE clears. Used in the order given, several may
wait for one path. Kinds: {kinds}. <code>when</code> before (default): the vendor does nothing; after: it
did its work and kept it, and the answer is lost or wrong. slow and badjson spoil an answer, so they always
come after the work. <code>path</code> is a part of the path or a regular expression. <code>p</code> 1,
<code>count</code> 1, <code>seconds</code> 30. <code>retry_after</code>: seconds or a date.</p>
<pre>curl -X POST {url}/faults -d '[{{"vendor":"plivo","kind":"status","status":503,"count":2}},
  {{"vendor":"plivo","kind":"status","status":429,"retry_after":3}}]'</pre>
<p>POST /answers tells the next matching request's answer:
<code>{{"vendor","method"?,"path"?,"status","body"? or "text"?,"headers"?,"count"?,"effect"?}}</code>;
with effect the vendor does its work first.</p>
<h2>Reading</h2>
<p><a href="/requests">/requests</a>?vendor=&amp;path= (DELETE clears) · <a href="/faults">/faults</a> ·
<a href="/answers">/answers</a> · <a href="/hooks">/hooks</a> (what we were sent) ·
<a href="/plivo-stats/feedback">Plivo feedback kept</a> · <a href="/trestle/feedback">Trestle feedback kept</a> ·
<a href="/settings">/settings</a> · <a href="/clock">/clock</a> (POST {{"advance": seconds}})</p>
<h2>Plivo</h2>
<p>POST /plivo/v1/Account/…/Call/ rings the phone in <code>to</code>, which goes by its last two digits as well: it is
picked up after {picked_up:g} s, unless Plivo's callback in the table is a failure. Then our answer address is asked,
and a number in its XML is rung; the callback's code, none, twice and late hold for that number. A number in +{barred}:
403.</p>
<p>Known call UUIDs: those of calls it carried, the six printed on the feedback page, and any that begins
<code>{prefix}</code>. A hook that is not answered 2xx is sent three more times. POST /settings
{{"plivo_spelling":"422"}} makes Plivo take CALL_DROPPPED and CALLERID_ISSUES only.</p>
<h2>Trestle</h2>
<p>Keys that are refused: {keys}. No key or any other: INVALID_API_KEY; a wrong path: MISSING_API_KEY.</p>"""


_TELESIGN = """<p>What our hook answers to an event is carried out: speak (three seconds, and a key where it collects
digits), play, dial, hangup. <a href="/telesign/calls">/telesign/calls</a> shows each call with the commands it was
told. A dial that answers dial_completed is refused with unsupported_call_state; POST /settings
{{"telesign_bridge":"allow"}} lets it join the phones. A customer calls a leased number:</p>
<pre>curl -X POST {url}/telesign/play/incoming -d '{{"from":"+12125550101","to":"12125550180"}}'</pre>"""

_FEEDBACKAPI = """<h2>FeedbackAPI</h2>
<p><b><a href="/feedbackapi/desk">Its desk</a></b> is a page to play at: change a location, customer or account as an
admin there (save another value for the same field in Aftercall first, and you see a conflict), answer a request
as its customer, write a review, accept an invitation, let time pass. The same by hand:</p>
<pre>curl {url}/feedbackapi/rows/locations
curl -X POST {url}/feedbackapi/change -d '{{"edit":{{"locations":[{{"id":"…","address_line_1":"2 New Street"}}]}}}}'
curl -X POST {url}/feedbackapi/play/answer -d '{{"request":"…","score":false,"comments":"Nobody called back."}}'
curl -X POST {url}/clock -d '{{"advance":3600}}'</pre>
<p>All seven resources under /feedbackapi/v1.3/. It is empty at first; fill it with any number of
<code>accounts, users, locations, customers, reviews, feedback, feedback-request</code>, the same for
the same seed:</p>
<pre>curl -X POST {url}/feedbackapi/fill -d '{{"locations":20,"customers":1000,"reviews":500,"feedback":200}}'</pre>
<p>Change it behind everybody's back, now or (with <code>every</code>) after each n-th list request of a resource;
each of insert, edit and delete takes a number or a list by resource. GET shows what waits, DELETE clears.
<code>created</code> of inserted numbers: now, anywhere, or a time.</p>
<pre>curl -X POST {url}/feedbackapi/change -d '{{"every":3,"of":"customers","times":5,"created":"anywhere",
  "insert":{{"customers":2}},"delete":{{"customers":2}}}}'</pre>
<p>Read everything: <a href="/feedbackapi/rows/customers">/feedbackapi/rows/customers</a> and so on ·
<a href="/feedbackapi/pending">/feedbackapi/pending</a> (invitations) ·
<a href="/feedbackapi/change">/feedbackapi/change</a>. An invited person accepts:
POST /feedbackapi/play/accept {{"email","name"?,"signed_in"?}}. A customer answers by hand:
POST /feedbackapi/play/answer {{"request","score","comments"?}}.</p>
<p>What we create belongs to the oldest account and is bound by its limits (402); without an account nothing is.
402 also: a customer who opted out, is invalid, or lacks the address. A link alone (suppress_message)
always works.</p>"""


def _feedbackapi(url):
    fates = [(n, f"…+{fate.word}@…", fate.says, _steps(fate.email), _steps(fate.sms)) for n, fate in enumerate(FATES)]
    return (
        _FEEDBACKAPI.format(url=escape(url))
        + _table(
            "What becomes of a feedback request, by the last digit of the number or before the @",
            ("digit", "or e-mail", "what happens", "by e-mail, after", "by SMS, after"),
            fates,
        )
        + _table("Message templates", ("id", "channel", "asks for"), [(i, *what) for i, what in TEMPLATES.items()])
    )


def _steps(steps):
    return ", ".join(f"{deed} {seconds} s" for seconds, deed in steps) or "nothing"


def page(world, url):
    """The whole page as HTML; `url` is the address it is read at, without a slash at the end."""
    use = _USE.format(
        kinds=", ".join(faults.KINDS),
        url=escape(url),
        prefix=KNOWN_PREFIX,
        keys=", ".join(trestle.KEYS),
        picked_up=dial.PICKED_UP_AFTER,
        barred=dial.BARRED,
    )
    settings = [(name, world.setting(name), words) for name, words in SETTINGS.items()]
    tickets = [(ticket, t["out_contact_id"], t["number"]) for ticket, t in list(people.TICKETS.items())[:4]]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Vendor sandbox</title>'
        f"<style>{STYLE}</style></head><body><h1>Vendor sandbox</h1>"
        f"<p>The vendors as their pages document them. Speed {world.speed:g}: every second of a call's life "
        f"below takes {1 / world.speed:g} s. No money, no phone.</p>"
        + _credentials(world)
        + _endings()
        + _table("CCAI's refusals (POST /ccai/apps/api/v1/calls)", ("do this", "message"), _TRIGGERS)
        + _table("Tickets (T1001 to T1099 dial …01 to …99)", ("ticket", "contact", "number"), tickets)
        + _table("TeleSign's refusals (POST /telesign/v2/voice)", ("do this", "string"), telesign_asked.PRINTED)
        + _TELESIGN.format(url=escape(url))
        + use
        + _feedbackapi(url)
        + _table("POST /settings", ("name", "now", "what it is"), settings)
        + "</body></html>"
    )
