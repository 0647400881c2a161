"""Deliveries to CCAI: a frozen payload back into the contract, and off it goes."""

from dataclasses import asdict

from integrations.ccai.client import Client
from integrations.contracts import CustomerFlags
from integrations.errors import Rejected

CUSTOMER_FLAGS = "ccai.customer_flags"


def payload_of(flags):
    """A CustomerFlags as the JSON a delivery keeps."""
    return asdict(flags)


def deliver(connection, payload):
    """Send a kept payload; gives Delivered. Raises the errors of `Client.set_flags`."""
    try:
        flags = CustomerFlags(**payload)
    except TypeError as error:
        raise Rejected("This delivery's content cannot be read.") from error
    return Client(connection).set_flags(flags)
