"""Plivo's hangup codes in words (docs/vendor-facts.md 2, Hangup codes): a closed list, and yet any other is shown raw.

`means` says to an agent what it comes to. `word` is how a leg that was not answered ended by that code: what the
callbacks call CallStatus; "" where the code says nothing about it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """One code of the list: Plivo's name of it, what it means for people, the CallStatus it stands for."""

    name: str
    means: str
    word: str = "failed"


_URL = "Plivo could not read our instructions for the call. Tell an admin."
_XML = "Plivo did not understand our instructions for the call. Tell an admin."
CAUSES = {
    "0": Cause("Unknown", "Plivo does not know why it ended.", ""),
    "1000": Cause("Canceled", "It was stopped before anybody answered.", "cancel"),
    "1010": Cause("Out Of Credits", "The Plivo account has no credit left. Tell an admin."),
    "1020": Cause("Simultaneous dial limit", "Too many numbers were dialled at once."),
    "2000": Cause("Invalid Destination Address", "There is no such number."),
    "2010": Cause("Destination Out Of Service", "The number is out of service."),
    "2020": Cause("Endpoint Not Registered", "The phone is not connected to its network."),
    "2030": Cause("Country Barred", "The Plivo account may not call this country. Tell an admin."),
    "2040": Cause("Number Barred", "The Plivo account may not call this number. Tell an admin."),
    "2050": Cause("Prefix Barred", "The Plivo account may not call numbers that begin like this one. Tell an admin."),
    "2060": Cause("Loop Detected", "The call was sent in a circle."),
    "2070": Cause("Violates Media Anchoring", "The sound would have gone a way that the account forbids."),
    "3000": Cause("No Answer", "It rang and nobody answered.", "no_answer"),
    "3010": Cause("Busy Line", "The line was busy.", "busy"),
    "3020": Cause("Rejected", "The call was turned away."),
    "3030": Cause("Unknown Caller ID", "The caller id was not accepted. Tell an admin."),
    "3040": Cause("Forbidden", "The carrier did not let the call through."),
    "3050": Cause("Unallocated number", "The number belongs to nobody."),
    "3070": Cause("Request timeout", "The carrier did not answer in time."),
    "3080": Cause("Carrier internal error", "The carrier had a fault. Trying again may help."),
    "3090": Cause("Carrier congestion", "The carrier was overloaded. Trying again may help."),
    "3100": Cause("Busy everywhere", "All lines of this number were busy.", "busy"),
    "3110": Cause("Declined", "The call was declined."),
    "3120": Cause("User does not exist anywhere", "The number belongs to nobody."),
    "3130": Cause("Spam block", "The call was blocked as spam: the caller id may have a bad name."),
    "3140": Cause("DNO Caller ID", "The caller id is on a list of numbers that must not call. Tell an admin."),
    "4000": Cause("Normal Hangup", "Somebody hung up.", ""),
    "4010": Cause("End Of XML Instructions", "The call was over.", ""),
    "4020": Cause("Multiparty Call Ended", "The conference was over.", ""),
    "4030": Cause("Kicked Out", "Somebody was taken out of the conference.", ""),
    "5000": Cause("Network", "The network had a fault. Trying again may help."),
    "5010": Cause("Internal", "Plivo had a fault. Trying again may help."),
    "5020": Cause("Routing Error", "Plivo found no way to this number."),
    "6000": Cause("Scheduled Hangup", "The longest time a call may last was over.", ""),
    "6010": Cause("Ring Timeout Reached", "It rang as long as it may and nobody answered.", "no_answer"),
    "6020": Cause("Media Timeout", "No sound came through any more.", ""),
    **dict.fromkeys(("7011", "7012", "7013", "7014"), Cause("Answer URL error", _URL)),
    **dict.fromkeys(("7022", "7023", "7024"), Cause("Action URL error", _URL)),
    **dict.fromkeys(("7032", "7033", "7034"), Cause("Redirect URL error", _URL)),
    **dict.fromkeys(("8011", "8012", "8013", "8014"), Cause("XML error", _XML)),
    "9000": Cause("Lost Race", "Another phone answered first.", "cancel"),
    "9100": Cause("Machine Detected", "A machine answered, not a person.", "failed"),
    "9110": Cause("Confirm Key Challenge Failed", "The key that confirms the call was not pressed.", "no_answer"),
}
# The same for callbacks that carry no code: the telephony names (Dial's DialHangupCause, HangupCause).
_BY_NAME = {
    "ORIGINATOR_CANCEL": "1000",
    "INVALID_NUMBER_FORMAT": "2000",
    "DESTINATION_OUT_OF_ORDER": "2010",
    "NO_ANSWER": "3000",
    "NO_USER_RESPONSE": "3000",
    "USER_BUSY": "3010",
    "CALL_REJECTED": "3020",
    "UNALLOCATED_NUMBER": "3050",
    "NORMAL_CLEARING": "4000",
    "NETWORK_OUT_OF_ORDER": "5000",
    "ALLOTTED_TIMEOUT": "6010",
}


def cause_of(code, name=""):
    """The Cause of a code, else of a telephony name ("USER_BUSY"); None for one that is not in the list."""
    return CAUSES.get(str(code).strip()) or CAUSES.get(_BY_NAME.get(str(name).strip().upper(), ""))


def means(code, name=""):
    """What a hangup means for people, in a sentence; "" for a code nobody listed, which is then shown as it is."""
    found = cause_of(code, name)
    return found.means if found else ""


def word_of(code, name="", answered=False):
    """How a leg with that cause ended, in the words of CallStatus; "hangup" where the cause does not say."""
    if answered:
        return "completed"
    found = cause_of(code, name)
    return (found.word if found else "") or "hangup"
