"""Whether a host can be reached from outside, by the look of its name."""

import ipaddress

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_public(host):
    """By its look alone; where a name leads is checked again when it is called."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal", ".lan"))


def is_loopback(host):
    return host in LOOPBACK
