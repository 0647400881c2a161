"""Each contact that a case tells of becomes a row of its own, so that a second one can be taken back later."""

from django.db import migrations


def _write(apps, schema_editor):
    case_model, contact_model = apps.get_model("feedback", "Case"), apps.get_model("feedback", "CaseContact")
    cases = case_model.objects.exclude(first_contact_at=None).filter(contacts=None)
    for case in cases.iterator(500):
        contact_model.objects.bulk_create(_contacts_of(case, contact_model))


def _contacts_of(case, model):
    """The one of now, and the first of its life where that was another, of which only the time is known."""
    found = []
    if case.contacted_at:
        found.append(model(case=case, at=case.contacted_at, how=case.contacted_how, call_id=case.contact_call_id))
    if case.first_contact_at != case.contacted_at:
        found.append(model(case=case, at=case.first_contact_at, how="other", is_past=True))
    return found


class Migration(migrations.Migration):
    dependencies = [("feedback", "0021_case_contacts")]

    operations = [migrations.RunPython(_write, migrations.RunPython.noop, elidable=True)]
