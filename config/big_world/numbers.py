"""Telephone numbers that ring nobody: valid E.164 text, each once, and not to be confused with the demo's.

First +1 NXX 555 0100 to 0199, which every area code of North America keeps free for fiction, of area codes other than
those the demo uses. Then +1 555 …: 555 was never made an area code, so no network carries such a call.
"""

_N11 = {f"{n}11" for n in range(2, 10)}
# 201 and 212 are the demo's; 555 stands for the second block; N9X is kept free for longer numbers one day.
AREAS = [
    area
    for area in (f"{n}{x}{y}" for n in range(2, 10) for x in range(9) for y in range(10))
    if area not in _N11 | {"201", "212", "555"}
]
_EACH = 100
_FICTION = len(AREAS) * _EACH
_NOWHERE = 8_000_000
MOST = _FICTION + _NOWHERE


def number(index):
    """The E.164 text of index 0, 1, … MOST - 1."""
    if index < _FICTION:
        # Neighbours differ in the area code, so that a prefix finds a few and not all.
        return f"+1{AREAS[index % len(AREAS)]}55501{index // len(AREAS):02d}"
    if index >= MOST:
        raise ValueError(f"There are {MOST:,} numbers that ring nobody, no more.")
    return f"+1555{2_000_000 + index - _FICTION:07d}"
