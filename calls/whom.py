"""Whom a call is with, in words."""

from customers import phones


def words(name, e164, ticket_id):
    """The name of its customer, else its number, else its ticket; each "" or None where it has none."""
    if name:
        return name
    if e164:
        return phones.display(e164)
    return f"Ticket {ticket_id}" if ticket_id else "Unknown caller"
