"""Which vendors there are and what can be delivered to them: one table, no names to look up by text."""

from collections.abc import Callable
from dataclasses import dataclass

from integrations.ccai import client as ccai
from integrations.ccai import delivery as ccai_delivery
from integrations.choices import Vendor
from integrations.contracts import Check, Delivered
from integrations.errors import VendorError
from integrations.feedbackapi import client as feedbackapi
from integrations.feedbackapi import delivery as feedbackapi_delivery
from integrations.plivo import client as plivo
from integrations.plivo import delivery as plivo_delivery
from integrations.telesign import client as telesign
from integrations.trestle import client as trestle
from integrations.trestle import delivery as trestle_delivery


@dataclass(frozen=True)
class Kind:
    """A kind of delivery: who gets it, how it is sent, and how often.

    deliver       (connection, payload) -> Delivered; raises the drawn errors
    max_attempts  counted attempts in all, then a person (DECISIONS 13; Trestle's page advises 5)
    policy        what to do after Uncertain: "repeat" = send again, harmless twice;
                  "find" = first look with `find` whether it was done, and only then again;
                  "ask" = look once, and when it is not found a person decides: `unknown` says what about
    find          (connection, payload, since, is_taken) -> Delivered, or None where there is nothing; `since` is
                  aware, and what is_taken(vendor_ref) belongs to another delivery
    """

    name: str
    vendor: Vendor
    deliver: Callable[..., Delivered]
    max_attempts: int
    policy: str = "repeat"
    find: Callable | None = None
    unknown: str = ""


KINDS = {
    entry.name: entry
    for entry in (
        Kind(plivo_delivery.CALL_FEEDBACK, Vendor.PLIVO, plivo_delivery.deliver, max_attempts=12),
        Kind(trestle_delivery.PHONE_FEEDBACK, Vendor.TRESTLE, trestle_delivery.deliver, max_attempts=5),
        Kind(ccai_delivery.CUSTOMER_FLAGS, Vendor.CCAI, ccai_delivery.deliver, max_attempts=12),
        Kind(ccai_delivery.DO_NOT_CALL, Vendor.CCAI, ccai_delivery.deliver_do_not_call, max_attempts=12),
    )
}
KINDS |= {
    name: Kind(
        name,
        Vendor.FEEDBACKAPI,
        deliver,
        max_attempts=12,
        policy=feedbackapi_delivery.policy(name),
        find=feedbackapi_delivery.FIND.get(name),
        unknown=feedbackapi_delivery.UNKNOWN.get(name, ""),
    )
    for name, deliver in feedbackapi_delivery.DELIVER.items()
}
CLIENTS = {
    Vendor.CCAI: ccai.Client,
    Vendor.PLIVO: plivo.Client,
    Vendor.TELESIGN: telesign.Client,
    Vendor.TRESTLE: trestle.Client,
    Vendor.FEEDBACKAPI: feedbackapi.Client,
}


def kind(name):
    """The Kind of that name. Raises KeyError for one this version does not know."""
    return KINDS[name]


def client(connection):
    """The vendor's client for a connection. Raises Misconfigured when something is missing,
    KeyError for a vendor that has none yet."""
    return CLIENTS[Vendor(connection.vendor)](connection)


def check(connection):
    """The test button: one harmless request, in words, as a Check. Never raises for what a vendor does."""
    if connection.vendor not in CLIENTS:
        return Check(False, f"{connection} cannot be tested yet.")
    try:
        return client(connection).check()
    except VendorError as error:
        return Check(False, error.sentence, error.words)
