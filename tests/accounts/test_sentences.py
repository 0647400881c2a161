"""What a form says about bad input is ours, whichever of Django's fields says it."""

import pytest
from django import forms


class Everything(forms.Form):
    name = forms.CharField(max_length=5)
    mail = forms.EmailField()
    number = forms.IntegerField(min_value=1, max_value=9)
    word = forms.ChoiceField(choices=[("a", "A")])
    words = forms.MultipleChoiceField(choices=[("a", "A")])
    sure = forms.BooleanField()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, {"name": "Fill this in.", "word": "Choose one.", "words": "Choose one.", "sure": "Tick this to go on."}),
        ({"name": "x" * 5000}, {"name": "At most 5 characters; this has 5000."}),
        ({"mail": "no", "number": "abc"}, {"mail": "Write an e-mail address like", "number": "Write a whole number."}),
        ({"number": "0"}, {"number": "Not less than 1."}),
        ({"number": "10"}, {"number": "Not more than 9."}),
        ({"word": "<b>", "words": ["b"]}, {"word": "that is on the list.", "words": "that is on the list."}),
    ],
)
def test_bad_input_is_answered_in_plain_words(given, says):
    errors = Everything(given).errors
    for name, words in says.items():
        assert words in " ".join(errors[name])
    said = " ".join(one for each in errors.values() for one in each)
    assert not any(djangos in said for djangos in ("Ensure", "This field", "Enter a", "Select a"))
