"""Fills the sandbox's FeedbackAPI with what our rows say is there, once: both sides begin with the same world."""

import base64
import json
from urllib.request import ProxyHandler, Request, build_opener

from config.demo import mirror
from customers.models import ClientAccount, Conflict, Customer, Location, VendorUser
from feedback.models import Feedback, FeedbackRequest, Review

MODELS = {
    "accounts": ClientAccount,
    "locations": Location,
    "users": VendorUser,
    "customers": Customer,
    "feedback": Feedback,
    "feedback-request": FeedbackRequest,
    "reviews": Review,
}
PENDING = "pending"
_open = build_opener(ProxyHandler({})).open  # a proxy of the machine's has no business on loopback


def fill(address):
    """`address`: the sandbox's. Does nothing where this world stands already; another one is put aside first."""
    wanted = as_listed()
    if not wanted["accounts"] or _ids(address, "accounts") & {one["id"] for one in wanted["accounts"]}:
        return
    gone = {resource: sorted(_ids(address, resource)) for resource in MODELS}
    _post(f"{address}/feedbackapi/change", {"delete": gone})
    _post(f"{address}/feedbackapi/change", {"insert": wanted})
    _invite(address)


def as_listed():
    """{resource: objects} at FeedbackAPI, with what it keeps and never prints. Of a conflict theirs holds."""
    theirs = {}
    for one in Conflict.objects.filter(resolved_at=None):
        theirs.setdefault((type(one.subject), one.subject.pk), {})[one.field] = one.theirs
    found = {}
    for resource, model in MODELS.items():
        rows = model.objects.filter(vendor_id__isnull=False, gone_at=None).order_by("vendor_created_at", "pk")
        found[resource] = [
            {**row.vendor_raw, **theirs.get((model, row.pk), {}), **HIDDEN.get(resource, _nothing)(row)} for row in rows
        ]
    return found


def _nothing(row):
    return {}


def _of_location(row):
    profiles = row.review_profiles.filter(told_at__isnull=False)
    return {"account": row.account and row.account.vendor_id, "review_profile": "\n".join(one.url for one in profiles)}


def _of_user(row):
    """No user names its account; here all of them are the first one's, as with whoever is invited through the API."""
    return {"account": ClientAccount.objects.exclude(vendor_id=None).earliest("vendor_created_at").vendor_id}


def _of_request(row):
    answer = row.vendor_raw.get("feedback")
    return {
        "feedback": answer and answer["id"],
        "sent": None if row.type == "suppressed" else row.vendor_raw["created"],
    }


HIDDEN = {
    "accounts": lambda row: {"verb": row.verb},
    "locations": _of_location,
    "users": _of_user,
    "feedback-request": _of_request,
}


def _invite(address):
    """Whom we have invited is invited there too. The link is made there, so ours takes it."""
    token = mirror.connection().values["token"]
    key = base64.b64encode(f"{token}:".encode()).decode()
    for one in VendorUser.objects.filter(status=PENDING, vendor_id=None):
        answer = _post(f"{address}/feedbackapi/v1.3/users", {"email": one.email}, Authorization=f"Basic {key}")
        one.invite = {"url": answer["invite_url"]}
        one.save(update_fields=["invite"])


def _ids(address, resource):
    with _open(f"{address}/feedbackapi/rows/{resource}", timeout=30) as answer:
        return {one["id"] for one in json.load(answer)}


def _post(url, body, **headers):
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})  # noqa: S310
    with _open(request, timeout=30) as answer:
        return json.load(answer)
