"""CCAI's menus and people as a form offers them: what exists, what fits, how old that knowledge is."""

from functools import cached_property

from integrations.ccai import directory
from integrations.models import Connection

AVAILABLE = "available"  # CCAI's word for somebody whom a queue may ring, in any case


class Menus:
    """The lists as they were read last; empty with a `problem` in words where they could not be."""

    @cached_property
    def connection(self):
        return Connection.objects.of("ccai")

    @cached_property
    def listed(self):
        return directory.menus(self.connection)

    @cached_property
    def agents(self):
        return directory.agents(self.connection)

    @property
    def available(self):
        """How many people CCAI shows as available."""
        return sum(agent.availability.lower() == AVAILABLE for agent in self.agents.rows)

    def choices(self, kind, may_be_none=False):
        """Choices of a form field for calls of this kind (a word of calls.choices.Kind)."""
        none = "The menu of the call it follows" if may_be_none else "Choose one"
        found = directory.choices(self.listed, kind)
        fits = [(one.menu.vendor_id, one.menu.path) for one in found if not one.warning]
        doubtful = [(one.menu.vendor_id, one.menu.path) for one in found if one.warning]
        return [("", none), *fits, *([("CCAI may refuse these", doubtful)] if doubtful else [])]

    def name_of(self, menu_id):
        """What the menu with this id is called, "" where it is not in the list."""
        return next((menu.path for menu in self.listed.rows if menu.vendor_id == str(menu_id)), "")
