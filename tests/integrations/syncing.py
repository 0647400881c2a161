"""A plan of the tests' own: the customers of a ListServer, kept in memory."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends import locmem
from django.core.mail.backends.base import BaseEmailBackend

from integrations import sync
from integrations.choices import Vendor
from integrations.feedbackapi import lists
from integrations.sync.plans import _plans
from tests.integrations.changing_list import ChangingList, Kept, ListServer
from tests.integrations.connections import connection_to

LONG_AGO = 1_704_067_200  # the beginning of 2024: older than any overlap


def entries(number):
    return [{"id": f"c{n:05}", "created": LONG_AGO + n * 86_400, "opt_out": False} for n in range(number)]


@pytest.fixture
def the_list():
    return ChangingList(entries(250))


@pytest.fixture
def list_server(the_list):
    list_server = ListServer(the_list)
    yield list_server
    list_server.close()


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def plan(list_server, kept, settings, monkeypatch):
    """The only plan there is, of the only list."""
    connection_to(list_server.url, "feedbackapi", settings)
    only = sync.Plan(
        name="customers",
        label="Customers",
        vendor=Vendor.FEEDBACKAPI,
        order=1,
        source=lambda row: sync.Source(lists.fetch(row, "customers"), lists.stamp(), lists.find(row, "customers")),
        sink=lambda row: kept.sink,
        gone=lambda row: kept.finder(),
        windows=1,
    )
    for name in list(_plans):
        monkeypatch.delitem(_plans, name)
    monkeypatch.setitem(_plans, only.name, only)
    return only


class NoMail(BaseEmailBackend):
    """A mail server that does not answer."""

    def open(self):
        raise ConnectionRefusedError


class NoSuchAddress(locmem.EmailBackend):
    """A mail server that does not take mail to `gone@`."""

    def send_messages(self, messages):
        for message in messages:
            if message.to[0].startswith("gone@"):
                raise SMTPRecipientsRefused({message.to[0]: (550, b"No such user")})
            super().send_messages([message])
