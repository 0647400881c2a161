"""What time it is where a number rings, and the one row of each number."""

import threading

import pytest
from django.db import connection

from customers import phones
from customers.models import PhoneNumber
from tests.world import make_customer


@pytest.mark.django_db
def test_the_customers_own_zone_is_certain(world):
    world.marta.time_zone = "Europe/Lisbon"
    when, zone, certain = phones.local_time(world.marta)
    assert (zone, certain) == ("Europe/Lisbon", True) and when.utcoffset() is not None


@pytest.mark.django_db
def test_a_zone_told_from_a_number_of_a_wide_country_is_not_certain(world):
    assert phones.local_time(world.marta)[1:] == ("America/New_York", False)


def test_a_country_with_one_clock_is_certain():
    assert phones.local_time("+821012345678")[1:] == ("Asia/Seoul", True)


@pytest.mark.django_db
def test_a_toll_free_number_takes_the_locations_zone(world):
    customer = make_customer("Toll Free", world.harbor, "+18005550123")
    assert phones.local_time(customer)[1:] == ("America/Los_Angeles", False)
    assert phones.local_time("+18005550123") == (None, "", False)


@pytest.mark.django_db
def test_a_zone_that_does_not_exist_is_no_zone(world):
    world.numberless.time_zone, world.numberless.location = "Mars/Olympus", None
    assert phones.local_time(world.numberless) == (None, "", False)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_makers_of_one_number_get_the_same_row():
    barrier, rows = threading.Barrier(2), []

    def make():
        barrier.wait(10)
        rows.append(phones.get_number("+12125550177").pk)
        connection.close()

    threads = [threading.Thread(target=make) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert len(rows) == 2 and len(set(rows)) == 1 and PhoneNumber.objects.get().region == "US"
