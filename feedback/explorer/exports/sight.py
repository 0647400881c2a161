"""What the owner of a file may see, written down while it is written: the file goes when they may see less."""

from customers.models import Location


def of(user):
    """What decides whose calls a person finds, as it is kept beside the file."""
    places = Location.objects.visible_to(user).order_by("pk").values_list("pk", flat=True).distinct()
    watches = user.is_active and user.is_supervisor
    has_all = watches and user.sees_all_locations
    return {"watches": watches, "all": has_all, "places": [] if has_all or not watches else list(places)}


def covers(user, then):
    """Whether the person may still see all that they saw then; `then` as above, {} for nothing yet."""
    now = of(user)
    if not user.is_active or then.get("all", False) > now["all"] or then.get("watches", False) > now["watches"]:
        return False
    return now["all"] or set(then.get("places", ())) <= set(now["places"])
