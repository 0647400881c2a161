"""What Django's fields say about bad input, in our own words: short, and what to do about it.

They become the classes' defaults, so every form has them, and what REST checks with a form.
"""

from django import forms
from django.core import validators

CHOICES = (forms.ChoiceField, forms.MultipleChoiceField, forms.ModelChoiceField, forms.ModelMultipleChoiceField)


def take_over():
    """Puts our sentences in the place of Django's; called once, when the apps are ready."""
    forms.Field.default_error_messages["required"] = "Fill this in."
    forms.BooleanField.default_error_messages = {"required": "Tick this to go on."}
    for field in CHOICES:
        field.default_error_messages |= {"required": "Choose one.", "invalid_choice": "Choose one that is on the list."}
    forms.IntegerField.default_error_messages["invalid"] = "Write a whole number."
    validators.EmailValidator.message = "Write an e-mail address like name@example.com."
    validators.MaxLengthValidator.message = "At most %(limit_value)d characters; this has %(show_value)d."
    validators.MinValueValidator.message = "Not less than %(limit_value)s."
    validators.MaxValueValidator.message = "Not more than %(limit_value)s."
