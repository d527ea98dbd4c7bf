"""Sentences of evidence."""

from dataclasses import replace

import pytest

from analysis.wording import Figure, area_sentence, number, school_sentence

PROGRESS = Figure("ks2_mat_progress", ("2017-18",), -4.2, 30, 0.0, "nationally", -2.9, "once in 1,000")
MATHS = Figure("ks2_mat_exp", ("2017-18",), 40.0, 30, 76.0, "nationally", 49.4, "once in 1,000")


def test_pupils_are_counted_where_both_parts_are_six_or_more() -> None:
    assert school_sentence(MATHS, flagged=False) == (
        "In 2017-18, 12 of 30 pupils (40%) reached the expected standard in maths at key stage 2, "
        "against 76% nationally; by chance alone a school with 30 pupils would be below 49% less than once in 1,000."
    )


@pytest.mark.parametrize(("value", "cohort"), [(17.0, 30), (83.0, 30), (41.0, 30)])
def test_few_pupils_or_a_percentage_that_does_not_fit_are_not_counted(value: float, cohort: int) -> None:
    told = school_sentence(replace(MATHS, value=value, cohort=cohort), flagged=False)
    assert told.startswith(f"In 2017-18, {value:.0f}% of {cohort} pupils reached")


def test_a_progress_score() -> None:
    assert school_sentence(PROGRESS, flagged=True) == (
        "In 2017-18, the progress score in maths at key stage 2 was −4.2 (30 pupils), against 0.0 nationally; "
        "by chance alone a school with 30 pupils would be below −2.9 less than once in 1,000, "
        "and it is further out than schools ordinarily differ."
    )
    unsized = school_sentence(replace(PROGRESS, cohort=None), flagged=False)
    assert "by chance alone a school would be below −2.9" in unsized
    assert school_sentence(replace(PROGRESS, cohort=None, limit=None, odds=None), flagged=False).endswith("nationally.")


def test_several_years_together() -> None:
    told = school_sentence(replace(MATHS, years=("2015-16", "2016-17", "2017-18"), cohort=90), flagged=False)
    assert told.startswith("Over 2015-16 to 2017-18, 36 of 90 pupils (40%)")


def test_a_figure_within_chance_says_so() -> None:
    told = school_sentence(replace(MATHS, limit=None, odds=None), flagged=False)
    assert told.endswith("for 30 pupils chance alone could do that, but its other figures say the same.")


def test_a_limit_beside_its_figure_gets_a_decimal() -> None:
    assert "below 40.4% less" in school_sentence(replace(MATHS, limit=40.4), flagged=False)


@pytest.mark.parametrize(
    ("value", "percent", "text"),
    [
        (40.4, True, "40%"),
        (-0.25, False, "−0.25"),
        (-0.2, False, "−0.2"),
        (-0.001, False, "0.0"),
        (46.53, False, "46.5"),
    ],
)
def test_figures_as_they_are_printed(value: float, percent: bool, text: str) -> None:
    assert number(value, percent=percent) == text


def test_an_area() -> None:
    assert area_sentence("ks2_rwm_exp_dis", "2017-18", 41.0, 51.0, "nationally", schools=80, beyond=1) == (
        "Across the area in 2017-18, 41% of disadvantaged pupils reached the expected standard in reading, writing and "
        "maths at key stage 2, against 51% nationally; 1 of 80 schools is below what chance alone allows."
    )
    assert "Attainment 8 score was 41.2, against 46.5" in area_sentence(
        "ks4_attainment8", "2017-18", 41.2, 46.5, "nationally", schools=9, beyond=3
    )
