"""What somebody wants to dial, and why they may not."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from calls.choices import Kind
from calls.models import Call
from customers import hours
from customers.models import Customer, Location


@dataclass(frozen=True)
class Refusal:
    """`code` names the field or the rule; `call` is the open call that stands in the way, where one does.

    may_override  the law leaves it to a supervisor, with a reason
    """

    code: str
    sentence: str
    call: Call | None = None
    may_override: bool = False


@dataclass(frozen=True)
class Dial:
    """What somebody wants to do."""

    user: object
    customer: Customer | None
    number: object | None
    ticket_id: str
    connection: object
    outbound_number: str = ""
    kind: str = Kind.OUTBOUND
    menu_id: str = ""
    scheduled_at: datetime | None = None
    parent: Call | None = None
    location: Location | None = None

    @property
    def is_by_menu(self):
        """The vendor rings the customer for a queue, not for this agent."""
        return self.kind != Kind.OUTBOUND

    @cached_property
    def moment(self):
        """When it would ring (aware)."""
        return self.scheduled_at if self.kind == Kind.SCHEDULED and self.scheduled_at else timezone.now()

    @cached_property
    def hours(self):
        """The calling rules, read once."""
        return hours.Book(now=self.moment)

    @property
    def whom(self):
        """Whose clock and country count: the customer where they are called at their own number, else the number."""
        own = self.customer and (self.number is None or self.number == self.customer.phone)
        return self.customer if own else self.number

    @property
    def place(self):
        """The location it is for, where that is known."""
        return (self.customer and self.customer.location) or self.location

    @cached_property
    def accounts(self):
        """Ids of the client accounts it would be for: its place's, else all the person works for. None stands for the
        locations that belong to no account."""
        if self.place:
            return [self.place.account_id]
        return list(Location.objects.visible_to(self.user).values_list("account", flat=True))
