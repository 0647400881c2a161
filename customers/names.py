"""A customer's name: one text here, first and last name at FeedbackAPI."""

from customers.models import NAME_KEPT
from integrations.text import cut


def joined(fname, sname):
    """One name from two parts, each of which may be empty or None."""
    fname, sname = (fname or "").strip(), (sname or "").strip()
    return f"{fname} {sname}" if fname and sname else fname or sname


def split(name, fname="", sname=""):
    """(fname, sname) of one name. What FeedbackAPI has now tells where "Mary Ann Lee" is cut, if it still fits;
    else the last word is the last name, where there is more than one."""
    name = name.strip()
    if fname and name.startswith(f"{fname} "):
        return fname, name[len(fname) + 1 :].strip()
    if sname and name.endswith(f" {sname}"):
        return name[: -len(sname) - 1].strip(), sname
    first, _, last = name.rpartition(" ")
    return (first.strip(), last) if first else (last, "")


def shown(row):
    """What a CustomerRow's person is called here: the name, else whatever tells them apart."""
    return cut(joined(row.fname, row.sname) or row.email or row.mobile_number or f"Customer {row.vendor_id}", NAME_KEPT)
