"""The bars at the head of a page: the worst figure counts, and one that does not hold says so."""

from typing import Any

from benchmarks.bars import BARS, table

FIGURES: list[dict[str, Any]] = [
    {"name": "county", "cases": 20, "worth": 1_826.5},
    {"name": "floor-library-build", "n": 2400, "database": "sqlite", "per_second": 700.0},
    {"name": "chase", "n": 2400, "database": "sqlite", "per_second": 1400.0},
    {"name": "floor-library-build", "n": 24000, "database": "sqlite", "per_second": 1000.0},
    {"name": "chase", "n": 24000, "database": "sqlite", "per_second": 800.0},
    {"name": "chase", "n": 250000, "database": "sqlite", "per_second": 1.0},
    {"name": "page", "n": 24000, "database": "postgres", "p95_ms": 90.0, "path": "/"},
    {"name": "page", "n": 24000, "database": "postgres", "p95_ms": 123.4, "path": "/cases"},
    {"name": "tick: nothing due", "n": 2400, "database": "sqlite", "cpu_seconds": 9.0},
    {"name": "tick: nothing due", "n": 24000, "database": "sqlite", "cpu_seconds": 0.11},
    {"name": "evaluate: one in ten: growth", "n": 24000, "database": "postgres", "of_cpu_time": 1.11, "of_memory": 0.0},
    {"name": "judge", "n": 24000, "database": "sqlite", "seconds": 12.5, "peak_mb": 900.0},
]


def rows() -> dict[str, list[str]]:
    lines = table(FIGURES)
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:] if line]
    return {words: rest for words, *rest in cells}


def test_the_worst_figure_of_each_database_stands_beside_its_bar() -> None:
    found = rows()
    assert found["a page with 24,000 cases and a million messages, p95"] == ["≤ 150 ms", "", "123 ms"]
    assert found["a day with nothing due, 24,000 cases"] == ["≤ 2 s", "0.11 s", ""]
    assert found["England judged as one area: 24,000 schools, 12 measures, 3 years"][1:] == ["12.50 s", ""]


def test_a_figure_is_divided_by_the_one_beside_it_in_the_same_run() -> None:
    assert rows()["a round's chase beside the floor with the library's e-mails"][1] == "**0.80 ×: missed**"


def test_a_bar_that_does_not_hold_says_so_and_one_that_nothing_was_measured_of_is_left_out() -> None:
    found = rows()
    assert found["growth of a step's processor time, the worst"] == ["≤ 1.05", "", "**1.11: missed**"]
    assert found["growth of a step's memory, the worst"] == ["≤ 0.2", "", "0.00"]
    assert set(found) < {bar.words for bar in BARS}
    assert table([]) == []
