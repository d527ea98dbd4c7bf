"""Inspections in words: frameworks kept apart, age told, who is worth a look."""

from datetime import date

import pytest

from rules.inspections import read_inspection

TODAY = date(2026, 9, 14)


@pytest.mark.parametrize(
    ("framework", "grade", "day", "wanting", "words"),
    [
        ("pre-2019", 4, date(2018, 3, 6), False, "used until August 2019, on 6 March 2018 (9 years ago): graded Inad"),
        ("oeif", 4, date(2023, 1, 17), True, "education inspection framework, on 17 January 2023 (4 years ago): grad"),
        ("oeif", 3, date(2025, 10, 1), False, "(in the last year and a half): graded Requires improvement overall."),
        ("oeif", None, date(2025, 5, 1), False, "no overall grade was given."),
        ("ungraded", None, date(2024, 5, 1), False, "on an ungraded visit, on 1 May 2024 (2 years ago)"),
    ],
)
def test_a_grade_in_words(framework: str, grade: int | None, day: date, wanting: bool, words: str) -> None:
    found = read_inspection(framework, grade, {}, day, TODAY)
    assert words in found.sentence
    assert (found.wanting, found.grade) == (wanting, grade)


def test_a_report_card_has_no_grade() -> None:
    card = {"achievement": "Urgent improvement", "inclusion": "Needs attention", "leadership": "Strong standard"}
    found = read_inspection("report-card", None, card, date(2026, 2, 3), TODAY)
    assert found.sentence == (
        "Ofsted, on a report card of 3 February 2026 (in the last year and a half): urgent improvement is needed in "
        "achievement and inclusion need attention; there is no overall grade."
    )
    assert (found.grade, found.areas, found.wanting) == (None, ("achievement", "inclusion"), True)
    fine = read_inspection("report-card", None, {"achievement": "Expected standard"}, date(2026, 2, 3), TODAY)
    assert "no area needs attention" in fine.sentence
    assert not fine.wanting
