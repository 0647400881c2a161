"""Form fields that several forms of this room have."""

from django import forms

from customers.access import LONGEST_ID


class Several(forms.ModelMultipleChoiceField):
    """Any number of rows, to be ticked. An id longer than any is refused as every other wrong one."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        for pk in value or ():
            if len(str(pk)) > LONGEST_ID:  # which the database could not even look for
                message = self.error_messages["invalid_choice"]
                raise forms.ValidationError(message, code="invalid_choice", params={"value": pk})
        return super().clean(value)
