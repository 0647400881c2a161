"""The tenant's own do-not-call list (docs/vendor-facts.md 1, Company DNC): added to, and where confirmed, taken
off and looked at.

The answer is 200 whatever became of the rows, so each row's own status is read. CCAI dials no number on this
list, neither by hand nor for the Apps API.
"""

from datetime import UTC

from integrations import http, reading
from integrations.ccai import answers, bodies
from integrations.contracts import ListedNumber
from integrations.errors import Misconfigured, Rejected

PATH = f"{answers.APPS}/outbound_dialer/dnc"
MOST = 100  # numbers in one request: no page names a limit, and one is kept short for its deadline
# Said of a row, by the words of its error. Others are shown as CCAI says them.
SENTENCES = {
    "expires_at cannot be past date/time": "The end of it lies in the past.",
    "phone_number is invalid": "CCAI cannot read this number.",
    "emergency phone number is not allowed": "CCAI keeps no emergency number on its list.",
}
NOT_CONFIRMED = "Nobody has confirmed yet how CCAI {does} its do-not-call list: it is an option of the connection."


def add(client, entries):
    """Put DoNotCallEntries on the list: a ListedNumber for each, in their order. Harmless twice.

    Raises Rejected for more than MOST, and the door's errors for the whole request; what CCAI says of one row
    stands in that row.
    """
    contacts = [_contact(entry) for entry in _few(entries)]
    answer = client.request("POST", PATH, json={"contacts": contacts})
    return _rows(answer, [entry.phone for entry in entries])


def remove(client, phones):
    """Take numbers (E.164) off the list: a ListedNumber for each. The address is documented, its method is not."""
    answer = client.request("POST", f"{PATH}/remove", json={"phone_numbers": [*map(bodies.number, _few(phones))]})
    if answer.status in (403, 404):  # an address nobody has confirmed must not stop the whole connection
        raise Rejected("CCAI does not take numbers off at the address we know.", **http.facts(answer))
    return _rows(answer, phones)


def check(client, phone):
    """Whether a number (E.164) is on the list: True, False, or None where the answer does not say.

    That this can be asked is documented, where is not: it is asked beside the list's own address.
    """
    answer = client.request("GET", f"{PATH}/check", params={"phone_number": bodies.number(phone)})
    if answer.status == 404:
        raise Rejected("CCAI does not tell this at the address we know: switch the option off.", **http.facts(answer))
    if answer.status >= 300:
        answers.refuse(answer)
    return _says(answer.body)


def _few(items):
    if len(items) > MOST:
        raise Rejected(f"At most {MOST} numbers at once.")
    return items


def _contact(entry):
    number = bodies.number(entry.phone)
    if not number:
        raise Rejected("A number is needed.", param="phone_number")
    until = entry.expires_at
    return {"phone_number": number} | (
        {"expires_at": until.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")} if until else {}
    )


def _rows(answer, phones):
    """What became of each number: by its place, which the page keeps; where rows are missing, by the number."""
    if answer.status == 404:
        raise Misconfigured("CCAI has no do-not-call list at this address.", **http.facts(answer))
    if answer.status >= 300:
        answers.refuse(answer)
    if not isinstance(answer.body, list):
        raise http.unexpected(answer)
    found = [reading.mapping(row) for row in answer.body]
    if len(found) == len(phones):
        return [_row(phone, row) for phone, row in zip(phones, found, strict=True)]
    by_number = {bodies.number(row.get("phone_number")): row for row in found}
    return [_row(phone, by_number.get(bodies.number(phone), {})) for phone in phones]


def _row(phone, row):
    words = reading.text(row.get("error"), 500)
    status = reading.text(row.get("status"), 40).lower()
    if not status:
        words = words or "CCAI said nothing of this number."
    return ListedNumber(
        phone=phone,
        status=status,
        is_done=status not in ("", "failed") and not row.get("error"),
        sentence=SENTENCES.get(words.lower(), words and f"CCAI: {words}"),
        words=words,
    )


def _says(body):
    """The one yes or no of an answer whose form is not documented; None where there is none or several differ."""
    rows = body if isinstance(body, list) else [body]
    said = {reading.truth(value) for row in rows for value in reading.mapping(row).values()} - {None}
    return said.pop() if len(said) == 1 else None
