"""Playing TeleSign by hand: a customer calls a leased number, and what calls there are."""

from integrations.sandbox.faults import Wrong
from integrations.sandbox.telesign import asked, calls, events
from integrations.sandbox.wire import answer, json_body

DEFAULT_LEASED = "12125550180"


def ring(world, caller, to=DEFAULT_LEASED):
    """A customer (digits, or in E.164) calls a leased number; the call. Raises Wrong."""
    caller, to = str(caller).lstrip("+"), str(to).lstrip("+")
    if caller and not asked.NUMBER.fullmatch(caller):
        raise Wrong("“from” must be a number: country code and digits, or empty where it is withheld.")
    if not asked.LEASED.fullmatch(to):
        raise Wrong("“to” must be a leased number: 12125550180 to 12125550189.")
    call = calls.keep(world, "inbound", to=to, caller=caller)
    events.incoming_call(world, call, world.now())
    return call


def incoming(world, ledger, request):
    body = json_body(request)
    if not isinstance(body, dict) or not isinstance(body.get("from"), str) or set(body) - {"from", "to"}:
        raise Wrong('Send {"from": "+12125550101", "to"?: "12125550180"}.')
    return answer(ring(world, body["from"], body.get("to", DEFAULT_LEASED)), 201)


def kept(world, ledger, request):
    return answer(world.store.all(calls.KIND))


ROUTES = (
    (("POST",), "/telesign/play/incoming", incoming),
    (("GET",), "/telesign/calls", kept),
)
