"""Choices that are written without templates are what Django's templates write."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import parse_html
from django.utils.safestring import mark_safe

from accounts.filters import Select
from config.form_renderer import Renderer

CHOICES = {
    "plain": [("", "Any"), ("a", "A"), (3, "three"), (True, "yes")],
    "groups": [("Fruit", [("a", "Apple"), ("b", "Pear")]), ("c", "Neither")],
    "to be escaped": [('"><b>', "<script>alert(1)</script>"), ("&amp;", "a & b"), ("x", mark_safe("<i>safe</i>"))],
    "none": [],
}


@pytest.mark.parametrize("attrs", [{}, {"required": True, "disabled": False, "data-x": '"quoted" <&>', "tabindex": 3}])
@pytest.mark.parametrize("value", ["", "a", 3, "b", None, '"><b>'])
@pytest.mark.parametrize("choices", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("widget", [forms.Select, forms.NullBooleanSelect, forms.SelectMultiple])
def test_it_is_what_django_writes(widget, choices, value, attrs):
    select = widget(attrs=attrs) if widget is forms.NullBooleanSelect else widget(attrs=attrs, choices=choices)
    value = [value] if widget is forms.SelectMultiple else value
    ours, theirs = (
        select.render('the "name"', value, {"id": "id_x"}, renderer=renderer())
        for renderer in (Renderer, DjangoTemplates)
    )
    assert parse_html(ours) == parse_html(theirs)  # which looks past blank lines


@pytest.mark.parametrize("value", ["", "a", 3, None, True])
@pytest.mark.parametrize("label", ["<i>both</i>", mark_safe("<i>both</i>"), "another"])
def test_a_filter_remembers_the_choices_it_wrote_and_no_others(label, value):
    """The same words, once to be escaped and once safe, are two lists."""
    choices = [*CHOICES["plain"], *CHOICES["to be escaped"], ("last", label)]
    ours, again, theirs = (
        widget(choices=choices).render("who", value, {"id": "id_x"}) for widget in (Select, Select, forms.Select)
    )
    assert ours == again == theirs


def test_every_form_uses_it():
    assert isinstance(get_default_renderer(), Renderer)


def test_an_option_with_a_template_of_its_own_goes_through_it():
    class Loud(forms.Select):
        option_template_name = "django/forms/widgets/input.html"

    assert "<option" not in Loud(choices=[("a", "A")]).render("x", "a", renderer=Renderer())


@pytest.mark.parametrize("attrs", [{}, {"required": True, "disabled": False, "data-x": '"quoted" <&>', "tabindex": 3}])
@pytest.mark.parametrize("value", ["", None, "a", 0, 3.5, '"><b>', mark_safe("a &amp; b"), date(2026, 3, 29)])
@pytest.mark.parametrize(
    "widget",
    [forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.HiddenInput]
    + [forms.DateInput, forms.CheckboxInput, forms.Textarea],
)
def test_an_input_is_what_django_writes(widget, value, attrs):
    ours, theirs = (
        widget(attrs=attrs).render('the "name"', value, {"id": "id_x"}, renderer=renderer())
        for renderer in (Renderer, DjangoTemplates)
    )
    assert ours.strip() == theirs.strip()
