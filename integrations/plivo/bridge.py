"""What Plivo is told to do when the agent has picked up: dial the customer and join the two (FACTS 2, Dial XML)."""

from xml.etree import ElementTree as xml

from integrations.plivo import addresses

CONTENT_TYPE = "application/xml"
LONGEST_CALL = 14_400  # seconds: Plivo's own default of time_limit; nobody talks longer than half a shift
# Long enough for a phone that is looked for; a mailbox has picked up by then.
CUSTOMER_RINGS = 45  # seconds
HANG_UP = '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>'


def instructions(bridge):
    """The XML that joins the agent with a Bridge's number. Far below Plivo's 100 KB.

    `redirect` false: when the customer's side has ended there is nothing more to do, and the call ends even if
    we cannot be reached then. `callbackUrl` hears of the customer's side while it happens, `action` of its end.
    """
    response = xml.Element("Response")
    dial = xml.SubElement(
        response,
        "Dial",
        callerId=bridge.caller_id,
        timeout=str(CUSTOMER_RINGS),
        timeLimit=str(LONGEST_CALL),
        callbackUrl=addresses.of_call(bridge.reference, addresses.CUSTOMER),
        callbackMethod="POST",
        action=addresses.of_call(bridge.reference, addresses.DIALLED),
        method="POST",
        redirect="false",
    )
    xml.SubElement(dial, "Number").text = bridge.number
    return xml.tostring(response, encoding="UTF-8", xml_declaration=True).decode()
