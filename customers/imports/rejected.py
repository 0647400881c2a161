"""The rows that were not taken, as a file that can be put right and imported again; and those taken in part."""

from accounts import exports


def lines(run, in_part=False):
    """Lines of CSV: what stood in each row, and behind it its number and the reason. No cell is taken for a formula."""
    heads = [*run.shape.get("heads", ()), "Row", "Why it was taken in part" if in_part else "Why it was not taken"]
    width = len(heads) - 2
    kept = run.rejects.filter(is_taken=in_part).iterator(exports.CHUNK)
    rows = ([*_fitted(one.cells, width), one.row, one.reason] for one in kept)
    return exports.lines(heads, rows)


def _fitted(cells, width):
    """As many cells as there are headings; what stood past them is in the last one."""
    if len(cells) > width > 0:
        return [*cells[: width - 1], " ".join(cells[width - 1 :])]
    return [*cells, *[""] * (width - len(cells))]
