"""`GET /{resource}/{id}` and `DELETE /{resource}/{id}`, where nothing more happens."""

from integrations.sandbox.feedbackapi import tables
from integrations.sandbox.feedbackapi.printing import one
from integrations.sandbox.feedbackapi.refusals import Refused
from integrations.sandbox.feedbackapi.shapes import SHAPES


def kept(world, shape, number):
    """The record with its hidden columns. Raises Refused (404)."""
    record = tables.by_id(world.store, shape, number)
    if record is None:
        raise Refused(404)
    return record


def retrieve(world, request, number, resource):
    """One object."""
    return one(world, SHAPES[resource], kept(world, SHAPES[resource], number))


def delete(world, request, number, resource):
    """Make one inactive."""
    kept(world, SHAPES[resource], number)
    tables.delete(world.store, SHAPES[resource], number)
    return {"id": number, "deleted": True}
