from django.db import migrations

from accounts.live_migrations import AddTrigramIndexLive


class Migration(migrations.Migration):
    atomic = False  # indexes are made while others write

    dependencies = [("customers", "0007_imports_that_kill_workers")]

    # As Django asks for a part of a text: whatever its case, and of a number as it is.
    operations = [
        AddTrigramIndexLive("customer_name_parts", "customers_customer", "upper(name::text)"),
        AddTrigramIndexLive("customer_email_parts", "customers_customer", "upper(email::text)"),
        AddTrigramIndexLive("number_parts", "customers_phonenumber", "(e164::text)"),
    ]
