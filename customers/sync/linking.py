"""A vendor's row and ours become one: an unlinked row takes the vendor's id, and two that met become one."""

from django.db import IntegrityError, models, transaction

from integrations.models import Mirrored


def link(thing, connection, row):
    """The vendor has `thing` as `row`. Not saved."""
    thing.connection, thing.vendor_id = connection, row.vendor_id
    thing.vendor_created_at = row.created_at


def holder(thing, connection, vendor_id):
    """The other row that has the vendor's id already, locked; None when nobody else has."""
    others = type(thing)._base_manager.filter(connection=connection, vendor_id=vendor_id).exclude(pk=thing.pk)
    return others.select_for_update(no_key=True).first()


def is_bare(thing):
    """Whether nobody here has done anything with it: only what a vendor keeps too points at it."""
    return not any(
        relation.related_model._base_manager.filter(**{relation.field.name: thing}).exists()
        for relation in type(thing)._meta.related_objects
        if relation.one_to_many and not issubclass(relation.related_model, Mirrored)
    )


def absorb(kept, doubled):
    """Everything that points at `doubled` points at `kept`, and `doubled` is no more.

    That is a row a reading made while the answer to our own creation of it was still under way. It asks Django who
    points at it, because the apps on the right are unknown here.
    """
    type(doubled)._base_manager.filter(pk=doubled.pk).update(connection=None, vendor_id=None)
    for relation in type(doubled)._meta.related_objects:
        if relation.many_to_many:
            _move_members(relation.field, relation.related_model, kept, doubled)
        else:
            _move(relation, kept, doubled)
    for field in type(doubled)._meta.many_to_many:
        getattr(kept, field.name).add(*getattr(doubled, field.name).all())
    doubled.delete()


def _move(relation, kept, doubled):
    """One by one: what `kept` has already (the same review profile) goes with `doubled`."""
    name = relation.field.name
    for row in relation.related_model._base_manager.filter(**{name: doubled}).values_list("pk", flat=True):
        one = relation.related_model._base_manager.filter(pk=row)
        try:
            with transaction.atomic():
                one.update(**{name: kept})
        except IntegrityError:
            one.delete()


def _move_members(field, model, kept, doubled):
    for other in model._base_manager.filter(**{field.name: doubled}):
        getattr(other, field.name).add(kept)


def only(candidates: list[models.Model], taken):
    """The one candidate, if there is exactly one nobody took yet; it is then taken."""
    free = [one for one in candidates if one.pk not in taken]
    if len(free) != 1:
        return None
    taken.add(free[0].pk)
    return free[0]
