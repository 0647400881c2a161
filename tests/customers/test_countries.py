"""Countries by two letters, and names in one piece or two."""

import pytest

from customers import countries, names
from integrations.feedbackapi import reports


def test_a_country_is_one_of_isos_two_letters():
    assert countries.is_known("PT") and countries.names()["PT"] == "Portugal"
    assert not any(map(countries.is_known, ["UK", "pt", "", "ZZ", "AN", "PRT"]))


def test_what_the_vendor_wrote_stays_on_the_list_even_where_it_is_no_country():
    assert ("UK", "“UK”, which is no country") in countries.choices("UK")
    assert countries.choices("PT") == countries.choices()


@pytest.mark.parametrize(
    ("name", "theirs", "parts"),
    [
        ("Marta Oliveira", ("", ""), ("Marta", "Oliveira")),
        ("Mary Ann Lee", ("Mary Ann", "Leigh"), ("Mary Ann", "Lee")),
        ("Mary Lou Lee", ("Mary Ann", "Lee"), ("Mary Lou", "Lee")),
        ("Madonna", ("", ""), ("Madonna", "")),
    ],
)
def test_a_name_is_cut_where_the_vendor_cuts_it(name, theirs, parts):
    assert names.split(name, *theirs) == parts
    assert names.joined(*parts) == name


def test_without_a_name_something_else_stands_for_it():
    assert names.shown(reports.customer({"id": "x1", "email": "a@example.test"})) == "a@example.test"
    assert names.shown(reports.customer({"id": "x1"})) == "Customer x1"
    assert len(names.shown(reports.customer({"id": "x1", "fname": "x" * 5000}))) == 200
