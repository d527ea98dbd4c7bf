"""What charts say along their axes, wide and narrow: whole words, round figures, the day on which the target stands."""

from datetime import date
from itertools import pairwise

import pytest

from papers.impact import ImpactRow, ImpactTable
from queries.cases import MeasureLine
from queries.fund_year import YearView
from queries.money import FundPosition
from queries.round import Counted
from web.charts import chart_of
from web.drawing import Drawing, ticks
from web.fund_chart import burn_down
from web.impact_chart import effect_chart
from web.round_chart import round_chart


def words(drawing: Drawing) -> list[str]:
    return [mark.text for mark in drawing.marks if mark.tag == "text"]


@pytest.mark.parametrize("rounds", [1, 3, 6])
def test_a_plan_is_drawn_from_its_start_to_the_month_of_its_target(rounds: int) -> None:
    names = ["Autumn 1", "Autumn 2", "Spring 1", "Spring 2", "Summer 1", "Summer 2"][:rounds]
    reported = tuple((name, 50.0 + n) for n, name in enumerate(names))
    drawn = chart_of(MeasureLine("Reading", "percent", 50.0, 60.0, date(2026, 3, 27), 51.0, reported)).drawn
    assert {"Start", "Mar 2026", "Plan"} <= set(words(drawn.wide))
    assert {"Start", "Mar", "Plan"} <= set(words(drawn.narrow))
    for one, wide in ((drawn.wide, 60), (drawn.narrow, 36)):
        level = [dict(mark.attributes) for mark in one.marks if mark.tag == "text"]
        along = sorted(float(at["x"]) for at in level if at["y"] == f"{one.height - 10}")
        assert min(b - a for a, b in pairwise(along)) >= wide, "words lie over each other"


def test_levels_are_round_and_reach_over_the_budget() -> None:
    assert ticks(0, 95_500, 4) == [0, 25_000, 50_000, 75_000]
    assert ticks(0, 10, 4) == [0, 5, 10], "no half pupil"


def test_the_burn_down_names_the_level_above_its_budget() -> None:
    position = FundPosition("2025-26", date(2025, 4, 1), 10_000_000, 0, 450_000, 9_550_000, 0, 0, 0, 9_550_000)
    year = YearView(position, date(2026, 3, 31), (), (), ())
    assert words(burn_down(year, date(2025, 11, 24)).drawn.wide)[:5] == ["£0", "£25k", "£50k", "£75k", "£100k"]


def test_a_round_of_one_is_told_of_one() -> None:
    counts = {"answered": 0, "waiting": 0, "overdue": 1, "missed": 0}
    words_of_it = round_chart("Spring 1", [Counted("school", counts)]).words
    assert words_of_it == "Spring 1: of 1 school 0 answered, 1 is overdue and 0 missed it."


def test_figures_below_nothing_have_a_true_minus_wherever_they_stand() -> None:
    chart = chart_of(MeasureLine("Progress", "points", -5.1, -2.5, date(2026, 3, 27), -3.5, (("Autumn 1", -3.5),)))
    told = [chart.words, *(cell for row in chart.rows for cell in row), *words(chart.drawn.wide)]
    assert "Actual −3.5" in told
    assert not [one for one in told if "-" in one]


@pytest.mark.parametrize(("value", "above"), [(58.8, True), (41.0, False)])
def test_what_is_reported_stands_beside_the_plans_line(value: float, above: bool) -> None:
    measure = MeasureLine("Reading", "percent", 39.0, 57.0, date(2026, 3, 27), value, (("Autumn 1", value),))
    marks = chart_of(measure).drawn.wide.marks
    said = next(dict(one.attributes) for one in marks if one.text.startswith("Actual"))
    last = [dict(one.attributes) for one in marks if one.tag == "circle"][-1]
    assert (float(said["y"]) < float(last["cy"])) is above


def test_two_providers_with_long_names_are_told_apart() -> None:
    def row(name: str) -> ImpactRow:
        return ImpactRow(name, 2, 2, 4.0, -5.0, 13.0, 0, 0, None, 0, 0, 0, None, None, None, "")

    names = [f"School Improvement Partner for {place}" for place in ("Eglanminster", "Uplwood")]
    chart = effect_chart(ImpactTable("provider", tuple(row(one) for one in names), True), row("The whole programme"))
    assert chart is not None
    assert set(names) <= set(words(chart.drawn.wide))
