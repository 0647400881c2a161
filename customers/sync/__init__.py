"""What becomes of the rows that a reading of FeedbackAPI brings, and of its answers to our own changes.

apply_account, apply_location, apply_customer, apply_user     (our row, raw object) -> the merged, saved row
sinks for `sync.run` stand in the Plans (plans.py); who is told of new rows: on_appearing;
who is told of rows of ours that turn out to be at the vendor too: on_linking
"""

from customers.sync.mirror import on_appearing, on_linking
from customers.sync.people import customers
from customers.sync.places import accounts, locations
from customers.sync.users import users

__all__ = ["apply_account", "apply_customer", "apply_location", "apply_user", "on_appearing", "on_linking"]

apply_account = accounts.apply
apply_location = locations.apply
apply_customer = customers.apply
apply_user = users.apply
