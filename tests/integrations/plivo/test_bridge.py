"""What Plivo is told when the agent has picked up."""

from xml.etree import ElementTree as xml

from integrations.contracts import Bridge
from integrations.plivo import bridge

REFERENCE = "0123456789abcdef0123456789abcdef"


def test_the_customer_is_dialled_from_our_caller_id_and_every_address_has_the_reference(settings):
    settings.PUBLIC_URL = "https://aftercall.example"
    text = bridge.instructions(Bridge(REFERENCE, "+12125550199", "+12125550101"))
    assert text.startswith("<?xml version='1.0' encoding='UTF-8'?>") and len(text.encode()) < 100 * 1024
    response = xml.fromstring(text.encode())  # noqa: S314 what we ourselves wrote
    (dial,) = response
    (number,) = dial
    assert (response.tag, dial.tag, number.tag, number.text) == ("Response", "Dial", "Number", "+12125550101")
    ours = f"https://aftercall.example/hooks/plivo/{REFERENCE}"
    assert dial.attrib == {
        "callerId": "+12125550199",
        "timeout": "45",
        "timeLimit": "14400",
        "callbackUrl": f"{ours}/customer/",
        "callbackMethod": "POST",
        "action": f"{ours}/dialled/",
        "method": "POST",
        "redirect": "false",
    }


def test_what_could_break_out_of_the_xml_is_written_as_text():
    text = bridge.instructions(Bridge(REFERENCE, '"/><Speak>x</Speak>', "</Number><Number>+1"))
    (dial,) = xml.fromstring(text.encode())  # noqa: S314
    assert len(dial) == 1 and dial[0].text == "</Number><Number>+1"


def test_the_vendors_own_package_writes_the_same_instructions():
    from plivo import plivoxml

    ours = bridge.instructions(Bridge(REFERENCE, "+12125550199", "+12125550101"))
    dial = xml.fromstring(ours.encode())[0]  # noqa: S314
    theirs = plivoxml.ResponseElement().add(
        plivoxml.DialElement(
            caller_id=dial.get("callerId"),
            timeout=int(dial.get("timeout")),
            time_limit=int(dial.get("timeLimit")),
            callback_url=dial.get("callbackUrl"),
            callback_method=dial.get("callbackMethod"),
            action=dial.get("action"),
            method=dial.get("method"),
            redirect=False,
        ).add(plivoxml.NumberElement("+12125550101"))
    )
    printed = xml.fromstring(theirs.to_string())  # noqa: S314
    assert (printed[0].attrib, printed[0][0].text) == (dial.attrib, dial[0].text)
