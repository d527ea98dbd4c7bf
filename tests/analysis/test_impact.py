"""Evaluation of a case: the target, the change and what would have come anyway."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t

from analysis.expectation import Comparators, Forecast, effect, expected_path, forecast, mean_effect, percent_variance
from analysis.impact import CaseMeasure, Verdict, evaluate_case
from analysis.outcome import MeasureProgress, Outcome, outcome_of, target_met, way_gone
from rules.errors import Refused


def _schools(seed: int, *, schools: int = 300, cohort: int = 30, rise: float = 2.0, sd: float = 6.0) -> Comparators:
    draw = np.random.default_rng(seed)
    level = draw.normal(64, sd, schools)
    before = 100 * draw.binomial(cohort, np.clip(level + draw.normal(0, 2, schools), 2, 98) / 100) / cohort
    after = 100 * draw.binomial(cohort, np.clip(level + rise + draw.normal(0, 2, schools), 2, 98) / 100) / cohort
    return Comparators(before, after, percent_variance(before, cohort), percent_variance(after, cohort))


def _case(latest: float | None, *, baseline: float = 40.0, cohort: int = 30, target: float = 65.0) -> CaseMeasure:
    return CaseMeasure("Reading", baseline, cohort, target, latest, cohort, comparators=_schools(1))


def test_a_school_chosen_for_being_low_is_expected_to_rise_by_itself() -> None:
    path = expected_path(_schools(1))
    small = forecast(path, 40.0, float(percent_variance(40.0, 10)), 0.0)
    large = forecast(path, 40.0, float(percent_variance(40.0, 120)), 0.0)
    assert 40 < large.value < small.value < path.course.after + 1
    assert forecast(path, path.course.before, 80.0, 0.0).value == pytest.approx(path.course.after, abs=1.0)


def test_the_expected_path_by_hand() -> None:
    # Every school starts at 50 or 70 and ends 8 nearer to the middle, 4 up or 4 down in turn.
    before = np.array([50.0, 50.0, 70.0, 70.0] * 5)
    after = np.array([62.0, 54.0, 66.0, 58.0] * 5)
    chance = np.full(20, 10.0)
    path = expected_path(Comparators(before, after, chance, chance))
    assert (path.course.before, path.course.after) == (60.0, 60.0)
    assert path.course.before_between == pytest.approx(2000 / 19 - 10)
    assert path.course.after_between == pytest.approx(400 / 19 - 10)
    assert path.course.together == pytest.approx(400 / 19)
    # The line through them is 60 + 0.2 (start - 60); nobody who started at 50 came out off it on average. One in a
    # hundred of such schools is out of the ordinary, and would stay where it is: a tenth of a point.
    assert path.missed == pytest.approx(np.array([4.0, -4.0, 4.0, -4.0] * 5), abs=0.1)
    assert forecast(path, 50.0, 10.0, 10.0).value == pytest.approx(58.0)
    assert forecast(path, 70.0, 10.0, 10.0).value == pytest.approx(62.0)
    # Twice the pupils, half the chance: less of the start was chance, so less of the way back is expected.
    assert forecast(path, 50.0, 5.0, 10.0).value == pytest.approx(60 - 10 * (400 / 19) / (2000 / 19 - 5), abs=0.02)


def test_schools_that_differ_by_chance_alone_are_expected_at_the_mean() -> None:
    path = expected_path(_schools(3, sd=0.0))
    assert forecast(path, 52.0, 70.0, 70.0).value == pytest.approx(path.course.after, abs=6)
    alike = np.full(12, 60.0)
    same = expected_path(Comparators(alike, alike, np.zeros(12), np.zeros(12)))
    assert forecast(same, 30.0, 0.0, 0.0).value == 60.0


def test_a_path_from_few_schools_is_refused() -> None:
    with pytest.raises(Refused, match="at least 10 schools without support, not 9"):
        expected_path(_schools(1, schools=9))


@pytest.mark.parametrize("cohort", [8, 20, 90])
def test_intervals_of_the_effect_hold_their_promise(cohort: int) -> None:
    held, total = 0, 0
    for seed in range(30):
        path = expected_path(_schools(seed, schools=150, cohort=cohort))
        fresh = _schools(1000 + seed, schools=60, cohort=cohort)
        for before, after in zip(fresh.before, fresh.after, strict=True):
            first = float(percent_variance(before, cohort))
            level = forecast(path, before, first, 0.0).value
            found = effect(after, forecast(path, before, first, float(percent_variance(level, cohort))))
            held += found.lower <= 0 <= found.upper
            total += 1
    print(f"coverage at cohorts of {cohort}: {held / total:.3f} of {total}")  # noqa: T201
    assert held / total == pytest.approx(0.95, abs=0.015)


def test_a_mean_effect_is_surer_than_one_but_shares_its_path() -> None:
    path = expected_path(_schools(1))
    expected = [forecast(path, 45.0, 80.0, 80.0)] * 9
    alone, together = effect(60.0, expected[0]), mean_effect([60.0] * 9, expected)
    assert together.difference == pytest.approx(alone.difference)
    narrower = (together.upper - together.lower) / (alone.upper - alone.lower)
    assert 1 / 3 < narrower < 0.5
    assert mean_effect([60.0], expected[:1]).upper == pytest.approx(alone.upper)
    falling = mean_effect([60.0] * 9, expected, higher_is_better=False)
    assert falling.difference == pytest.approx(-alone.difference)
    with pytest.raises(ValueError, match="at least one case"):
        mean_effect([], [])


def test_cases_that_lean_on_different_schools_do_not_share_their_luck() -> None:
    path = expected_path(_schools(1))
    low, high = forecast(path, 45.0, 80.0, 80.0), forecast(path, 80.0, 80.0, 80.0)
    assert float(low.leaning @ low.leaning) == pytest.approx(low.shared)

    def shared(pair: list[Forecast]) -> float:
        found = mean_effect([60.0, 60.0], pair)
        parts = np.mean([one.leaning for one in pair], axis=0) ** 2
        free = float(parts.sum() ** 2 / (parts @ parts))
        error = (found.upper - found.lower) / 2 / float(t.isf(0.025, free))
        return error**2 - sum(one.variance - one.shared for one in pair) / 4

    assert shared([low, low]) == pytest.approx(low.shared)
    assert shared([low, high]) == pytest.approx((low.shared + high.shared) / 4, rel=0.05)


@pytest.mark.parametrize(
    ("latest", "verdict"), [(97.0, Verdict.BEYOND), (45.0, Verdict.IN_LINE), (15.0, Verdict.BELOW)]
)
def test_a_case_in_words(latest: float, verdict: Verdict) -> None:
    found = evaluate_case([_case(latest)])
    assert found.verdict is verdict
    assert found.measures[0].verdict is verdict
    assert found.measures[0].expected == pytest.approx(61, abs=4)


def test_the_sentence_of_a_case() -> None:
    assert (
        evaluate_case([_case(97.0)])
        .measures[0]
        .sentence.startswith(
            "Reading went from 40% to 97%, +57.0 points (95% interval +34.9 to +72.6); the target of 65% was reached. "
            "Schools with such a start came to about 61.4% without support: 35.6 points better than that (+13"
        )
    )
    worse = evaluate_case([_case(15.0)]).measures[0].sentence
    assert "points worse than that (−" in worse
    assert worse.endswith("below expectation; chance alone would do that less than once in 1,000.")
    unsure = evaluate_case([_case(75.0)]).measures[0]
    assert (unsure.verdict, unsure.told_after) == (Verdict.CANNOT_TELL, None)
    assert unsure.sentence.endswith(
        "too few pupils to tell. An effect of 10 points could not be told from chance within 5 years at a school of "
        "this size."
    )


def test_how_long_until_it_could_be_told() -> None:
    wanted = replace(_case(75.0), target=78.0)
    found = evaluate_case([wanted]).measures[0]
    assert (found.verdict, found.told_after) == (Verdict.CANNOT_TELL, 2)
    assert found.sentence.endswith("could be told from chance after 2 more years of results.")
    assert found.certainty is not None
    assert 0.8 < found.certainty < 0.975
    beyond = evaluate_case([_case(97.0)]).measures[0]
    assert beyond.told_after is None
    assert beyond.certainty is not None
    assert beyond.certainty > 0.975


def test_results_that_are_not_out_yet_are_waited_for() -> None:
    waiting = evaluate_case([replace(_case(75.0), comparators=None, awaited="2025-26")]).measures[0]
    assert waiting.verdict is Verdict.CANNOT_TELL
    assert waiting.sentence.endswith("cannot be told before the results of 2025-26 are published for all schools.")
    silent = evaluate_case([replace(_case(None), comparators=None, awaited="2025-26")]).measures[0]
    assert "nothing was reported at the end" in silent.sentence
    assert "2025-26" in silent.sentence


def test_a_rise_without_comparators_is_never_called_impact() -> None:
    alone = evaluate_case([replace(_case(95.0), comparators=None)])
    assert alone.verdict is Verdict.CANNOT_TELL
    assert alone.outcome is Outcome.MET
    assert "it cannot be told how much of that would have come anyway" in alone.measures[0].sentence
    few = evaluate_case([replace(_case(95.0), comparators=_schools(1, schools=9))])
    assert few.verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(("baseline", "latest"), [(0.0, 100.0), (100.0, 0.0), (0.0, 0.0), (100.0, 100.0)])
def test_a_cohort_of_four_is_worked_out_and_not_shown(baseline: float, latest: float) -> None:
    found = evaluate_case([_case(latest, baseline=baseline, cohort=4)]).measures[0]
    assert found.change is not None
    assert found.effect is not None
    assert found.effect.upper - found.effect.lower > 60
    assert not found.may_be_shown
    assert found.sentence == "Reading: fewer than 6 pupils, so its figures are for the school alone."


def test_four_pupils_in_line_cannot_be_told() -> None:
    assert evaluate_case([_case(50.0, baseline=50.0, cohort=4)]).verdict is Verdict.CANNOT_TELL


def test_a_score_needs_its_standard_errors() -> None:
    draw = np.random.default_rng(5)
    level = draw.normal(0, 1.5, 200)
    before, after = level + draw.normal(0, 1, 200), level + draw.normal(0, 1, 200)
    comparators = Comparators(before, after, np.ones(200), np.ones(200))
    score = CaseMeasure(
        "Progress",
        -4.0,
        30,
        -1.0,
        3.0,
        30,
        percent=False,
        baseline_error=1.0,
        latest_error=1.0,
        comparators=comparators,
    )
    found = evaluate_case([score])
    assert found.verdict is Verdict.BEYOND
    assert found.measures[0].change is not None
    without = evaluate_case([replace(score, latest_error=None)]).measures[0]
    assert (without.change, without.effect) == (None, None)


def test_absence_is_better_when_lower() -> None:
    draw = np.random.default_rng(5)
    level = draw.normal(12, 3, 200)
    before, after = level + draw.normal(0, 1, 200), level + draw.normal(0, 1, 200)
    comparators = Comparators(before, after, np.ones(200), np.ones(200))
    case = CaseMeasure("Absence", 25.0, 300, 15.0, 4.0, 300, higher_is_better=False, comparators=comparators)
    found = evaluate_case([case])
    assert (found.outcome, found.verdict) == (Outcome.MET, Verdict.BEYOND)


def test_measures_of_a_case_together() -> None:
    good, plain, bad = _case(97.0), _case(45.0), _case(15.0)
    assert evaluate_case([good, plain]).verdict is Verdict.BEYOND
    assert evaluate_case([bad, plain]).verdict is Verdict.BELOW
    assert evaluate_case([bad, good]).verdict is Verdict.IN_LINE
    assert evaluate_case([]).verdict is Verdict.CANNOT_TELL
    assert evaluate_case([]).outcome is Outcome.NOT_MEASURABLE


def test_nothing_reported_is_unknown_and_not_zero() -> None:
    found = evaluate_case([_case(None)])
    assert (found.outcome, found.verdict) == (Outcome.NOT_MEASURABLE, Verdict.CANNOT_TELL)
    assert found.measures[0].sentence == "Reading: nothing was reported at the end, so it cannot be told."
    uncounted = evaluate_case([replace(_case(80.0), latest_cohort=None)])
    assert uncounted.outcome is Outcome.NOT_MEASURABLE
    assert uncounted.measures[0].change is None
    assert uncounted.measures[0].effect is None


def _measure(latest: float | None, cohort: int | None = 30, target: float = 60.0) -> MeasureProgress:
    return MeasureProgress(40.0, target, latest, cohort)


@pytest.mark.parametrize(
    ("measures", "outcome"),
    [
        ([], Outcome.NOT_MEASURABLE),
        ([_measure(None)], Outcome.NOT_MEASURABLE),
        ([_measure(80.0, None)], Outcome.NOT_MEASURABLE),
        ([_measure(80.0, 0)], Outcome.NOT_MEASURABLE),
        ([_measure(60.0)], Outcome.MET),
        ([_measure(60.0), _measure(75.0)], Outcome.MET),
        ([_measure(60.0), _measure(None)], Outcome.PARTLY_MET),
        ([_measure(60.0), _measure(20.0)], Outcome.PARTLY_MET),
        ([_measure(50.0)], Outcome.PARTLY_MET),
        ([_measure(49.0)], Outcome.NOT_MET),
        ([_measure(58.0), _measure(43.0)], Outcome.PARTLY_MET),
        ([_measure(54.0), _measure(44.0)], Outcome.NOT_MET),
        ([_measure(30.0)], Outcome.NOT_MET),
        ([_measure(0.0)], Outcome.NOT_MET),
    ],
)
def test_the_rule_of_outcomes(measures: list[MeasureProgress], outcome: Outcome) -> None:
    assert outcome_of(measures) is outcome


def test_a_target_below_the_baseline_is_reached_from_above() -> None:
    absence = MeasureProgress(20.0, 12.0, 11.0, 200, higher_is_better=False)
    assert target_met(absence) is True
    assert way_gone(replace(absence, latest=16.0)) == pytest.approx(0.5)
    assert target_met(replace(absence, latest=12.1)) is False
    assert way_gone(replace(absence, latest=None)) is None


def test_holding_a_level_is_a_target() -> None:
    hold = MeasureProgress(70.0, 70.0, 71.0, 30)
    assert (target_met(hold), way_gone(hold)) == (True, 1.0)
    assert way_gone(replace(hold, latest=69.0)) == 0.0
    absence = MeasureProgress(8.0, 8.0, 7.0, 200, higher_is_better=False)
    assert target_met(absence) is True
