"""Deeds of admins on what surveys are made with: message templates, and the rules of when one may go."""

from django.db import IntegrityError, transaction

from accounts import audit
from feedback.models import FeedbackRequest, MessageTemplate, RequestBatch
from integrations.models import Connection


class TemplateKnown(Exception):
    """The id is on the list of this account already."""


def save_template(by, template, changed=()):
    """Save a new or changed MessageTemplate, the only one of its account and channel that is proposed first.

    `changed` names the fields. Raises TemplateKnown.
    """
    deed = "changed a message template" if template.pk else "added a message template"
    if template.connection_id is None:
        template.connection = Connection.objects.of("feedbackapi")
    template.is_default = template.is_default and template.is_active
    try:
        with transaction.atomic():
            if template.is_default:
                _same_kind(template).update(is_default=False)
            template.save()
            audit.record(by, deed, template, {name: ["", _said(template, name)] for name in changed})
    except IntegrityError as error:
        raise TemplateKnown("This id is on the list already.") from error
    return template


def _said(template, name):
    value = getattr(template, name)
    return value if isinstance(value, bool | None) else str(value)


def _same_kind(template):
    same = {"connection": template.connection, "account": template.account, "channel": template.channel}
    return MessageTemplate.objects.filter(**same).exclude(pk=template.pk)


def is_used(template):
    """Whether a request was made with it."""
    of_it = {"template": template}
    return FeedbackRequest.objects.filter(**of_it).exists() or RequestBatch.objects.filter(**of_it).exists()


def remove_template(by, template):
    """Take a template off the list; one that was used only goes out of use. Gives whether it is gone."""
    with transaction.atomic():
        MessageTemplate.objects.select_for_update().filter(pk=template.pk).first()
        if is_used(template):
            template.is_active = template.is_default = False
            template.save(update_fields=["is_active", "is_default"])
            audit.record(by, "took a message template out of use", template)
            return False
        audit.record(by, "removed a message template", template, {"vendor_id": [template.vendor_id, ""]})
        template.delete()
    return True
