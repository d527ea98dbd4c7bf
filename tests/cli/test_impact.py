"""`sib impact` from outside, on published files."""

from pathlib import Path

import pytest

from tests.cli.conftest import Sib

PLACEBO = ("impact", "--placebo", "--from", "2016-17", "--to", "2017-18")


@pytest.fixture
def hampshire(on_sqlite: Sib, real_data: Path) -> Sib:
    """Two years of Hampshire's key stage 2 tables, and no list of schools."""
    on_sqlite.done("db", "upgrade")
    for folder in ("2016-2017", "2017-2018"):
        on_sqlite.done("import", "ks2", real_data / "performance" / folder / "850_ks2final.csv")
    return on_sqlite


def test_the_placebo_on_hampshire(hampshire: Sib) -> None:
    found = hampshire.done(*PLACEBO, "--la", 850, "--draws", 500, "--json").json
    assert set(found) == {
        "draws",
        "schools",
        "false_positive_share",
        "naive_share",
        "mean_effect_points",
        "naive_mean_points",
    }
    assert (found["draws"], found["schools"]) == (500, 300)
    assert found["false_positive_share"] <= 0.06
    assert abs(found["mean_effect_points"]) <= 1
    assert found["naive_share"] > 0.5
    assert found["naive_mean_points"] > 5
    words = hampshire.done(*PLACEBO, "--la", 850, "--draws", 50).out
    assert "50 sets of 12 among the 105 lowest of 300 schools without support, 2016-17 to 2017-18:" in words
    assert "low schools rise by themselves" in words
    again = hampshire.done(*PLACEBO, "--la", 850, "--measure", "ks2_read_progress", "--draws", 200, "--json").json
    assert again["false_positive_share"] <= 0.06
    said = hampshire.refused(*PLACEBO, "--la", 919)
    assert said.endswith("there are 0.")
    assert "the wrong way" not in hampshire.refused(*PLACEBO, "--measure", "census_pupils")
    assert hampshire(*PLACEBO[:2]).code == 2
    swapped = hampshire.refused("impact", "--placebo", "--from", "2017-18", "--to", "2016-17")
    assert swapped == "The first year (2017-18) must come before the last (2016-17)."
