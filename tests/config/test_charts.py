"""Chart geometry: percentages that stay in the box, round axes, and a Pareto that adds up."""

from datetime import date, timedelta

import pytest

from config import charts

DAYS = [date(2026, 11, 1) + timedelta(days=n) for n in range(4)]


def series(*values):
    return [{"key": f"d{n}", "name": f"Series {n}", "values": list(v)} for n, v in enumerate(values, 1)]


def test_segments_of_a_day_stand_on_one_another():
    chart = charts.stacked(DAYS, series([60, 0, 0, 0], [20, 0, 0, 0], [20, 0, 0, 0]))
    (_, _, _, y1, h1), (_, _, _, y2, h2), (_, _, _, y3, h3) = [
        (k, x, w, float(y), float(h)) for k, x, w, y, h in chart["bars"]
    ]
    assert y1 + h1 == 100
    assert y2 + h2 == pytest.approx(y1)
    assert y3 + h3 == pytest.approx(y2)
    assert y3 == pytest.approx(0)


def test_a_day_without_calls_has_no_bar_but_a_row():
    chart = charts.stacked(DAYS, series([5, 0, 7, 0]))
    assert len(chart["bars"]) == 2
    assert [row["total"] for row in chart["rows"]] == [5, 0, 7, 0]


def test_nothing_at_all_still_has_an_axis():
    chart = charts.stacked(DAYS, series([0, 0, 0, 0]))
    assert chart["bars"] == []
    assert chart["yt"][0] == {"y": "100", "label": "0", "zero": True}
    assert len(chart["yt"]) >= 2


@pytest.mark.parametrize("highest", [1, 3, 7, 9.99, 64.8, 100, 101, 4998, 1_000_000])
def test_axes_end_above_the_highest_value_in_few_round_steps(highest):
    low, high, ticks = charts.scale(0, highest)
    assert low == 0
    assert highest <= high <= 2.5 * highest
    assert 2 <= len(ticks) <= 7
    assert ticks[0] == low and ticks[-1] == pytest.approx(high)


def test_a_flat_line_does_not_divide_by_zero():
    chart = charts.line(DAYS, [4.2] * 4)
    assert all(0 <= float(y) <= 100 for y in chart["ys"])


def test_the_line_reads_upwards_and_ends_at_its_last_day():
    chart = charts.line(DAYS, [1, 2, 3, 5], low=1, high=5, target=4)
    heights = [float(y) for y in chart["ys"]]
    assert heights == sorted(heights, reverse=True)
    assert chart["end"] == ("87.5", "0")
    assert chart["target"] == {"value": 4, "y": "25"}
    assert chart["path"].startswith("M12.5 100L")


def test_labels_under_the_axis_count_back_from_the_last_day():
    chart = charts.line(DAYS, [1, 2, 3, 4], every=2)
    assert [tick["label"] for tick in chart["xt"]] == ["2 Nov", "4 Nov"]


def test_pareto_adds_up_to_the_whole_and_names_the_vital_few():
    chart = charts.pareto([("Echo", 50, "/calls/?issue=ECHO"), ("Audio delay", 35), ("Too quiet", 15)])
    assert [row["cum"] for row in chart["rows"]] == [50, 85, 100]
    assert [row["vital"] for row in chart["rows"]] == [True, True, False]
    assert [row["w"] for row in chart["rows"]] == ["100", "70", "30"]
    assert chart["rows"][1]["px"] == "50"
    assert [row["href"] for row in chart["rows"]] == ["/calls/?issue=ECHO", "", ""]


@pytest.mark.parametrize("items", [[], [("Echo", 0)]])
def test_pareto_of_nothing_is_nothing(items):
    chart = charts.pareto(items)
    assert chart["total"] == 0
    assert not any(row["vital"] for row in chart["rows"])


def test_a_spark_needs_two_values():
    assert charts.spark([3]) is None
    assert charts.spark([]) is None


def test_a_spark_spans_its_width_and_closes_its_area():
    spark = charts.spark([1, 2, 3])
    assert spark["d"] == "M0 29L50 16L100 3"
    assert spark["area"] == "M0 29L50 16L100 3L100 32L0 32Z"


@pytest.mark.parametrize(
    ("number", "text"), [(12.5, "12.5"), (12.0, "12"), (0.004, "0"), (-0.001, "0"), (33.3333, "33.33")]
)
def test_numbers_are_printed_short(number, text):
    assert charts.short(number) == text
