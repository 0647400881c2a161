"""What the tests about requests for feedback begin with: templates, and a world that FeedbackAPI knows."""

from customers.models import ClientAccount, Customer, Location
from feedback import services
from feedback.choices import RequestOrigin
from feedback.models import MessageTemplate
from tests.world import connection

RIVERSIDE, MARTA, TEMPLATE = "re4SWf", "gse4Ry", "dfar5V"  # ids of feedbackapi.txt


def make_template(vendor_id=TEMPLATE, name="After the visit", channel="email", **fields):
    return MessageTemplate.objects.create(
        connection=connection("feedbackapi"), vendor_id=vendor_id, name=name, channel=channel, **fields
    )


def at_vendor(thing, vendor_id):
    """`thing` as FeedbackAPI knows it."""
    thing.connection, thing.vendor_id = connection("feedbackapi"), vendor_id
    thing.save()
    return thing


def surveys_work(world, channel="email"):
    """Riverside and Marta are at FeedbackAPI and there is a template: Marta can be asked. Gives the template.

    Nobody is asked in vain at night: quiet hours are off unless a test puts them on.
    """
    at_vendor(world.riverside, RIVERSIDE)
    at_vendor(world.marta, MARTA)
    no_quiet_hours()
    return make_template(channel=channel)


def no_quiet_hours(**fields):
    from feedback.models import SurveyRule

    midnight = {"quiet_from": "00:00", "quiet_until": "00:00"}
    return SurveyRule.objects.update_or_create(account=None, defaults=midnight | fields)[0]


def ask(world, customer=None, template=None, **options):
    """A FeedbackRequest by the agent from Riverside."""
    template = template or MessageTemplate.objects.first()
    options = {"origin": RequestOrigin.CUSTOMER} | options
    return services.request(fresh(customer or world.marta), template, fresh(world.riverside), world.agent, **options)


def fresh(row):
    """The row as the database has it, with what hangs on it."""
    related = {Customer: ("phone", "location__account"), Location: ("account",), ClientAccount: ()}
    return type(row).objects.select_related(*related[type(row)]).get(pk=row.pk)
