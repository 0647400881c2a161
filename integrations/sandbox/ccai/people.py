"""Who and what the CCAI tenant holds: agents, tickets, menus, statuses. The front page lists them."""

from zlib import crc32

DOMAINS = ("demo.test", "example.com", "ccai.example.test")
DEFAULT_OUTBOUND = "+1 339-219-5276"  # the number the page's answers echo
_KNOWN = ("agent", "agent2", "agent3", "supervisor", "admin", "busy", "noaccess")
_TESTS_CAST = ("ada@ccai.example.test", "cleo@ccai.example.test")
_STATUSES = ("Available", "Break", "Meal", "Offline", "In-call", "Wrap-up")
_COLORS = ("#2ECC71", "#F1C40F", "#F1C40F", "#95A5A6", "#3498DB", "#9B59B6")

# The two tickets printed on the page, with the contacts their answers show; the number
# decides the call's life as for any other.
_PRINTED = {
    "71450": {"end_user_id": 67, "out_contact_id": "381630957514", "number": "+12125550110"},
    "76517": {"end_user_id": 75, "out_contact_id": "389391400633", "number": "+12125550111"},
}
TICKETS = _PRINTED | {
    f"T{1000 + n}": {"end_user_id": 1000 + n, "out_contact_id": f"C{1000 + n}", "number": f"+121255501{n:02d}"}
    for n in range(1, 100)
}

# id: (name, type, state). Menu 9 is an IVR menu that the page nevertheless schedules on, and
# 50 is refused for incoming and for scheduled calls alike (FACTS 6.1-10): the answers decide.
MENUS = {
    9: ("Lock Star", "ivr_menu", "open"),
    10: ("Night Desk", "ivr_menu", "after hours"),
    11: ("Old Desk", "ivr_menu", "manual redirection"),
    12: ("Front Desk", "ivr_menu", "open"),
    14: ("Sales", "ivr_menu", "open"),
    15: ("Renewals", "ivr_menu", "open"),
    20: ("In the App", "mobile_menu", "open"),
    21: ("In the App at Night", "mobile_menu", "after hours"),
    22: ("In the App, Moved", "mobile_menu", "manual redirection"),
    30: ("On the Web", "web_menu", "open"),
    50: ("No Channel", None, "open"),
}
PARENTS = {15: 14}
PERMITTED = {"incoming": ("ivr_menu", "mobile_menu"), "scheduled": ("mobile_menu", "web_menu")}
SCHEDULES_ANYWAY = (9,)

# Those that people of the demo speak, but for two.
LANGUAGES = (
    *("ar", "cs", "da", "de", "el", "en", "es", "fa", "fi", "hu", "it", "ko"),
    *("nb", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "vi", "zh"),
)
LANGUAGES_OFF = ("fr", "ja")  # exist, but not switched on in this tenant


def agent(email):
    """The agent of an e-mail as (id, first, last), or None where there is none."""
    name, _, domain = email.strip().lower().partition("@")
    if domain not in DOMAINS or not name or name.startswith("unknown"):
        return None
    known = domain == DOMAINS[0] and name in _KNOWN
    # Others get an id of their own that is the same after every restart.
    number = _KNOWN.index(name) + 1 if known else 1000 + crc32(email.strip().lower().encode()) % 1_000_000
    return number, name.capitalize(), domain.split(".")[0].capitalize()


def agent_info(email):
    """The `agent_info` of a call object."""
    number, first, last = agent(email)
    return {
        "id": number,
        "agent_number": None,
        "name": f"{first} {last}",
        "last_name": last,
        "first_name": first,
        "avatar_url": "https://somedomain.com/avatar.jpg",
    }


def _status(name):
    n = _STATUSES.index(name)
    return {"id": n + 1, "name": name, "color": _COLORS[n], "wfm_id": None}


def agents():
    """The Manager API's list of agents."""
    return [_agent(f"{name}@{DOMAINS[0]}") for name in _KNOWN] + [_agent(email) for email in _TESTS_CAST]


def _agent(email):
    info = agent_info(email)
    status = _status("In-call" if email.startswith("busy") else "Available")
    return {key: info[key] for key in ("id", "first_name", "last_name", "agent_number", "avatar_url")} | {
        "email": email,
        "middle_name": None,
        "online": True,
        "wrap_up": False,
        "status": status,
    }


def statuses():
    """The Manager API's user statuses."""
    return [_status(name) for name in _STATUSES]


def menu(number):
    """A menu as the call object and the Manager API print it."""
    name, kind, _ = MENUS[number]
    return {
        "id": number,
        "name": name,
        "parent_id": PARENTS.get(number),
        "position": list(MENUS).index(number),
        "deleted": False,
        "menu_type": kind,
        "output_msg": f"You selected {name}.",
        "hidden": False,
    }


def menu_tree(parent=None):
    """The menus below `parent` (None: the uppermost), each with its `children`."""
    return [menu(number) | {"children": menu_tree(number)} for number in MENUS if PARENTS.get(number) == parent]
