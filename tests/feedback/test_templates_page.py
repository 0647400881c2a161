"""Message templates as admins keep them: listed, added, changed, proposed first, removed or out of use."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from feedback.models import FeedbackRequest, MessageTemplate
from feedback.survey_settings import TemplateKnown, save_template
from tests.world import make_template

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def listed(client, **query):
    return client.get(reverse("feedback:templates"), query).content.decode()


def add(client, **given):
    data = {"name": "After a call", "vendor_id": "dfar5V", "channel": "sms", "account": ""} | given
    return client.post(reverse("feedback:template_new"), data)


def test_the_page_says_where_ids_are_found_and_lists_them_by_account_and_channel(as_admin, world):
    assert "Campaigns &gt; Message Templates" in listed(as_admin) and "No template is kept yet" in listed(as_admin)
    make_template("aaa111", "<b>Thanks</b>", account=world.northwind, is_default=True)
    make_template("bbb222", "How was it", "email", is_active=False)
    page = listed(as_admin)
    for words in ("&lt;b&gt;Thanks", "Northwind Dental", "aaa111", "Proposed first", "All accounts", "Out of use"):
        assert words in page
    assert "bbb222" not in listed(as_admin, account=world.northwind.pk) and "aaa111" not in listed(
        as_admin, channel="email"
    )
    assert "No such template" in listed(as_admin, account=world.blue_oak.pk)


def test_one_is_added_and_changed_and_it_is_written_down(as_admin, world):
    assert add(as_admin, vendor_id=" Ab_9-z ")["Location"] == reverse("feedback:templates")
    one = MessageTemplate.objects.get()
    assert (one.vendor_id, one.account, str(one.connection)) == ("Ab_9-z", None, "FeedbackAPI")
    changed = {"name": "Later", "vendor_id": one.vendor_id, "channel": "email", "account": world.northwind.pk}
    as_admin.post(reverse("feedback:template", args=[one.pk]), changed)
    one.refresh_from_db()
    assert (one.name, one.channel, one.account, one.is_active) == ("Later", "email", world.northwind, False)
    entry = AuditEntry.objects.get(deed="changed a message template")
    assert entry.actor == world.admin and entry.changes["name"] == ["", "Later"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vendor_id", ""),
        ("vendor_id", "has a space"),
        ("vendor_id", "../accounts"),
        ("vendor_id", "x" * 101),
        ("name", ""),
        ("name", "x" * 5000),
        ("channel", "pigeon"),
        ("account", "999999"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence_and_is_not_lost(as_admin, field, value):
    answer = add(as_admin, **{field: value})
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    if field in ("vendor_id", "name"):
        assert f'value="{value}"' in answer.content.decode() or not value
    assert not MessageTemplate.objects.exists()


def test_an_id_stands_once_for_an_account_and_once_for_all(as_admin, world):
    make_template()
    assert "on the list already" in add(as_admin).context["form"].errors["vendor_id"][0]
    assert add(as_admin, account=world.northwind.pk).status_code == 302
    assert add(as_admin, vendor_id="DFAR5V").status_code == 302  # capitals count
    one = make_template("other")
    one.vendor_id, one.pk = "dfar5V", None  # two forms at the same moment
    with pytest.raises(TemplateKnown):
        save_template(world.admin, one)


def test_one_of_an_account_and_channel_is_proposed_first(as_admin, world):
    was = make_template("first", is_default=True)
    other = [make_template("mail", channel="email", is_default=True)]
    other += [make_template("own", account=world.northwind, is_default=True)]
    add(as_admin, is_default="on")
    assert {one.vendor_id for one in MessageTemplate.objects.filter(is_default=True)} == {"dfar5V", "mail", "own"}
    was.refresh_from_db()
    assert not was.is_default and len(other) == 2


def test_removed_it_is_gone_unless_requests_were_made_with_it(as_admin, world):
    unused, used = make_template("unused", "Unused"), make_template("used", "Used", is_default=True)
    FeedbackRequest.objects.create(customer=world.marta, template=used)
    addresses = [reverse("feedback:template_remove", args=[one.pk]) for one in (unused, used)]
    assert "In FeedbackAPI nothing changes" in as_admin.get(addresses[0]).content.decode()
    assert "goes out of use instead" in as_admin.get(addresses[1]).content.decode()
    for address in addresses:
        as_admin.post(address)
    used.refresh_from_db()
    assert not used.is_active and not used.is_default
    assert list(MessageTemplate.objects.all()) == [used]


@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_or_twenty_cost_the_same(as_admin, world, rows, django_assert_num_queries):
    for number in range(rows):
        make_template(f"id{number}", account=world.northwind)
    with django_assert_num_queries(4):  # session, user · templates with their accounts · accounts to filter by
        listed(as_admin)
