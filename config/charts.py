"""Chart geometry. Every number a template prints is a percentage of the plot's box, as a short string."""

from math import ceil, floor, log10

VITAL_SHARE = 0.8  # Pareto's "vital few": the issues that together make 80 %
BAR_GAP = 0.16  # of a day's width, left free on each side of its bar
SPARK_MARGIN = 3  # room for the stroke above and below, in units of the spark's own box


def stacked(days, series, every=7):
    """Stacked bars per day.

    `days`: dates in order. `series`: dicts with `key` (d1..d4), `name` and `values`, one number a day.
    Returns a dict for ui/stacked.html: n, bars, yt, xt, rows, series.
    """
    totals = [sum(one["values"][i] for one in series) for i in range(len(days))]
    low, high, ticks = scale(0, max(totals, default=0))
    bars = [bar for i in range(len(days)) for bar in _day(i, len(days), series, low, high)]
    rows = [
        {"day": day, "cells": [one["values"][i] for one in series], "total": totals[i]} for i, day in enumerate(days)
    ]
    return {
        "n": len(days),
        "bars": bars,
        "yt": y_ticks(ticks, low, high),
        "xt": x_ticks(days, every),
        "rows": rows,
        "series": series,
    }


def line(days, values, low=None, high=None, target=None, every=7):
    """A line per day. Returns a dict for ui/line.html: n, path, area, end, yt, xt, rows, ys, target.

    A value of None is a gap. Nothing but gaps gives None: there is no line to draw.
    """
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = min(known) if low is None else low, max(known) if high is None else high
    low, high, ticks = scale(low, high, from_zero=False)
    points = [
        None if value is None else (100 * (i + 0.5) / len(days), height(value, low, high))
        for i, value in enumerate(values)
    ]
    runs, last = _runs(points), [point for point in points if point][-1]
    return {
        "n": len(days),
        "path": "".join(_path(run) for run in runs),
        "area": "".join(_area(run) for run in runs),
        "end": (short(last[0]), short(last[1])),
        "yt": y_ticks(ticks, low, high),
        "xt": x_ticks(days, every),
        "rows": [{"day": day, "value": value} for day, value in zip(days, values, strict=True)],
        "ys": ["-" if point is None else short(point[1]) for point in points],
        "target": None if target is None else {"value": target, "y": short(height(target, low, high))},
    }


def pareto(items):
    """Rows and total for ui/pareto.html of `items`, most frequent first: (label, count), and then perhaps its address
    and a list of what stands beside it."""
    total, most = sum(item[1] for item in items), max((item[1] for item in items), default=0)
    rows, before = [], 0
    for label, count, *more in items:
        href, beside = [*more, *("", [])[len(more) :]]
        rows.append(_pareto_row(label, count, before, total, most) | {"href": href, "beside": beside})
        before += count
    return {"rows": rows, "total": total}


def spark(values, width=100, tall=32, low=None, high=None):
    """A small line without axes, straight over what is None. Fewer than two values give None: no line to draw."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low = min(known) if low is None else low
    high = max(known) if high is None else high
    span = (high - low) or 1
    room = tall - 2 * SPARK_MARGIN
    points = [
        (i * width / (len(values) - 1), tall - SPARK_MARGIN - room * (v - low) / span)
        for i, v in enumerate(values)
        if v is not None
    ]
    return {"d": _path(points), "area": _area(points, tall), "h": tall}


def scale(low, high, steps=4, from_zero=True):
    """Round ends and ticks around [low, high]: (lowest, highest, ticks). Never an empty span."""
    if from_zero:
        low = min(0, low)
    step = nice_step((high - low) or 1, steps)
    lowest, highest = floor(low / step) * step, ceil(high / step) * step
    if highest <= lowest:
        highest = lowest + step
    return lowest, highest, [lowest + i * step for i in range(round((highest - lowest) / step) + 1)]


def nice_step(span, steps=4):
    """The smallest of 1, 2, 2.5, 5, 10 times a power of ten that covers `span` in `steps`."""
    raw = span / steps
    magnitude = 10 ** floor(log10(raw))
    return next(m * magnitude for m in (1, 2, 2.5, 5, 10) if raw <= m * magnitude * (1 + 1e-9))


def height(value, low, high):
    """Percent from the top at which `value` stands."""
    return 100 - 100 * (value - low) / (high - low)


def y_ticks(ticks, low, high):
    return [{"y": short(height(tick, low, high)), "label": f"{tick:,g}", "zero": tick == 0} for tick in ticks]


def x_ticks(days, every):
    """A label under every n-th day, counted back from the last one."""
    last = len(days) - 1
    return [
        {"x": short(100 * (i + 0.5) / len(days)), "label": f"{day.day} {day:%b}"}
        for i, day in enumerate(days)
        if (last - i) % every == 0
    ]


def short(number):
    """Two decimals at most, no trailing zeros: 12.50 gives "12.5"."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _day(i, count, series, low, high):
    """The segments of one day's bar, from the axis up: (key, x, width, y, height)."""
    width = 100 / count
    x, wide = short(i * width + width * BAR_GAP), short(width * (1 - 2 * BAR_GAP))
    segments, below = [], 0
    for one in series:
        value = one["values"][i]
        if value:
            top, foot = height(below + value, low, high), height(below, low, high)
            segments.append((one["key"], x, wide, short(top), short(foot - top)))
        below += value
    return segments


def _pareto_row(label, count, before, total, most):
    share = 100 * (before + count) / total if total else 0
    return {
        "label": label,
        "n": count,
        "w": short(100 * count / most if most else 0),
        "cum": round(share),
        "x": short(share),
        "px": short(100 * before / total if total else 0),
        "vital": bool(total) and before / total < VITAL_SHARE,
    }


def _runs(points):
    """The points in runs without a gap. One that stands alone comes twice: a line to itself is a dot."""
    runs = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run if len(run) > 1 else run * 2 for run in runs if run]


def _path(points):
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)


def _area(points, foot=100):
    """The same closed down to `foot`."""
    return f"{_path(points)}L{short(points[-1][0])} {foot}L{short(points[0][0])} {foot}Z"
