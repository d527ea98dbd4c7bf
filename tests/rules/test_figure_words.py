"""Figures as they are read and typed: what a letter shows can be copied into the form that asks for it."""

import pytest

from rules.figure_words import figure, typed


@pytest.mark.parametrize(
    ("value", "unit", "said"), [(58.5, "percent", "58.5%"), (-5.1, "points", "−5.1"), (0.0, "", "0"), (28.0, "", "28")]
)
def test_a_figure_has_its_unit_and_a_true_minus_and_is_read_back(value: float, unit: str, said: str) -> None:
    assert figure(value, unit) == said
    assert float(typed(f" {said} ")) == value
