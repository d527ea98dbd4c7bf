"""`sib impact` from outside, on published files."""

from pathlib import Path

import numpy as np
import pytest

from analysis.gap_narrowing import narrowed_gaps
from analysis.placebo import placebo
from analysis.programme import pool
from casework.comparing import unsupported_pairs
from casework.gaps import published_gaps
from config.database import create_engine, session_factory
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
    known = hampshire.done(*PLACEBO, "--la", 850, "--added", 8, "--draws", 100, "--json").json
    assert known["mean_effect_points"] > 6
    said = hampshire.refused(*PLACEBO, "--la", 919)
    assert said.endswith("there are 0.")
    assert "the wrong way" not in hampshire.refused(*PLACEBO, "--measure", "census_pupils")
    assert hampshire(*PLACEBO[:2]).code == 2
    swapped = hampshire.refused("impact", "--placebo", "--from", "2017-18", "--to", "2016-17")
    assert swapped == "The first year (2017-18) must come before the last (2016-17)."


def test_a_known_effect_is_found_on_hampshire(hampshire: Sib) -> None:
    engine = create_engine(hampshire.env["SIB_DATABASE_URL"])
    with session_factory(engine)() as session:
        pairs = {
            measure: unsupported_pairs(session, measure, "2016-17", "2017-18", la_code=850)[1]
            for measure in ("ks2_rwm_exp", "ks2_read_progress", "ks2_mat_exp")
        }
    engine.dispose()
    for measure, ones in pairs.items():
        assert placebo(ones, draws=300, seed=7).false_positive_share <= 0.06, measure
    for points, least in ((4.0, 0.05), (8.0, 0.3), (12.0, 0.7)):
        found = placebo(pairs["ks2_rwm_exp"], draws=300, seed=0, added=points)
        bias = found.mean_effect - points
        print(f"power: {points:g} points found in {found.false_positive_share:.0%}, bias {bias:+.2f}")  # noqa: T201
        assert found.false_positive_share >= least
        assert abs(bias) <= 1


def test_gaps_that_nobody_worked_on_did_not_narrow_by_it(hampshire: Sib) -> None:
    """Sets of twelve of the widest gaps, in four groups of three, treated as if they had had support."""
    years = ("2016-17", "2017-18")
    engine = create_engine(hampshire.env["SIB_DATABASE_URL"])
    with session_factory(engine)() as session:
        before, after = (published_gaps(session, year, years) for year in years)
    engine.dispose()
    both = sorted(before.keys() & after.keys())
    widest = sorted(both, key=lambda urn: -before[urn].points)[: len(both) // 3]
    draw, draws = np.random.default_rng(0), 60
    false_wholes, false_groups, crowned, plain, means = 0, 0, 0, [], []
    for _ in range(draws):
        ours = draw.choice(widest, 12, replace=False).tolist()
        rest = [urn for urn in both if urn not in ours]
        found = pool(narrowed_gaps(before, after, ours, rest, years), [number % 4 for number in range(12)])
        assert found is not None
        false_wholes += not found.whole.lower <= 0 <= found.whole.upper
        false_groups += sum(not one.lower <= 0 <= one.upper for one in found.groups.values())
        crowned += sum(one.stands_out != 0 for one in found.groups.values())
        means.append(found.whole.points)
        plain.append(float(np.mean([before[urn].points - after[urn].points for urn in ours])))
    assert false_wholes / draws <= 0.05
    assert false_groups / (4 * draws) <= 0.05
    assert crowned / draws <= 0.05
    assert np.mean(plain) > 10, "a wide gap narrows by itself"
    assert abs(np.mean(means)) < 4, "fewer than the 56 schools that are drawn again and again can be unsure by"
