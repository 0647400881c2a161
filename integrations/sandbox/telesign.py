"""TeleSign: its place is kept; every request is answered 501 until its pages are played."""

from integrations.sandbox.wire import answer

NAME = "telesign"
MOUNTS = ("/telesign",)
ROUTES = ()


def problem(status):
    """The body of an error answer."""
    return {"message": "Something went wrong"}


def not_found(world, request):
    return answer({"message": "This sandbox does not play TeleSign yet."}, 501)


wrong_method = not_found


def gate(world, request):
    """Nothing to guard yet."""
