"""The rule of small numbers: fewer than 6 pupils are for the school alone, and so is what gives them away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.measures import CATALOGUE, WHOLE_OF
from rules.small_numbers import SMALLEST, is_small, may_count, may_show, may_show_part


@pytest.mark.parametrize(("cohort", "small"), [(None, False), (0, False), (1, True), (5, True), (6, False)])
def test_fewer_than_six_are_few(cohort: int | None, small: bool) -> None:
    assert is_small(cohort) is small
    assert may_show(30, cohort) is not small


@given(part=st.integers(0, 40), whole=st.integers(0, 40))
def test_a_part_that_is_shown_leaves_nobody_to_be_worked_out(part: int, whole: int) -> None:
    shown = may_show_part(part, whole)
    assert shown == (not 0 < part < SMALLEST and not 0 < whole - part < SMALLEST)


def test_a_part_without_its_whole_is_judged_alone() -> None:
    assert may_show_part(20, None)
    assert may_show_part(None, 30)
    assert not may_show_part(4, None)


def test_a_count_is_said_where_it_and_the_rest_are_six_or_more() -> None:
    assert may_count(6, 12)
    assert not may_count(5, 40)
    assert not may_count(36, 40)
    assert not may_count(40, 40)


def test_wholes_are_measures() -> None:
    assert set(WHOLE_OF) | set(WHOLE_OF.values()) <= set(CATALOGUE)
    assert {code for code in CATALOGUE if code.endswith(("_dis", "_other"))} <= set(WHOLE_OF)
