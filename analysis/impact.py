"""What became of a case: the change, the target, and how it compares with what would have happened anyway."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.differences import Difference, difference_interval, score_difference
from analysis.expectation import (
    FEWEST_COMPARATORS,
    Comparators,
    effect,
    expected_path,
    forecast,
    percent_forecasts,
)
from analysis.outcome import MeasureProgress, Outcome, outcome_of, target_met, way_gone

__all__ = [
    "CaseEvaluation",
    "CaseMeasure",
    "MeasureEvaluation",
    "MeasureProgress",
    "Outcome",
    "Verdict",
    "evaluate_case",
    "outcome_of",
]

SMALLEST_SHOWN = 6


class Verdict(enum.StrEnum):
    """How a case did against what unsupported schools like it did in the same time."""

    BEYOND = "improved beyond expectation"
    IN_LINE = "in line"
    BELOW = "below"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class CaseMeasure:
    """One measure of a case, baseline and latest with the pupils behind each.

    A percentage (`percent`) is 0 to 100 and needs the cohorts for an interval; another score needs the standard error
    of each value. `comparators` are schools without support over the same time, None when there are none (figures that
    only this school collects).
    """

    name: str
    baseline: float
    baseline_cohort: int | None
    target: float
    latest: float | None
    latest_cohort: int | None
    percent: bool = True
    higher_is_better: bool = True
    baseline_error: float | None = None
    latest_error: float | None = None
    comparators: Comparators | None = None


@dataclass(frozen=True, slots=True)
class MeasureEvaluation:
    """`change`: latest less baseline as it is; `effect`: how much better than `expected`, positive is better. None
    where it cannot be worked out. `may_be_shown` is False where a cohort is under 6: for the school alone, and the
    sentence then holds no figure."""

    name: str
    change: Difference | None
    target_met: bool | None
    way_gone: float | None
    expected: float | None
    effect: Difference | None
    verdict: Verdict
    may_be_shown: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class CaseEvaluation:
    """`outcome` is about the targets, `verdict` about what support may have added; neither stands for the other."""

    outcome: Outcome
    verdict: Verdict
    measures: tuple[MeasureEvaluation, ...]


def evaluate_case(measures: Sequence[CaseMeasure]) -> CaseEvaluation:
    """Evaluate every measure of a case and put them together.

    The verdict of the case: beyond when some measure is beyond expectation and none below; below the other way round;
    cannot tell when that is all that can be said of every measure; else in line.
    """
    evaluated = tuple(evaluate_measure(measure) for measure in measures)
    verdicts = {one.verdict for one in evaluated}
    if verdicts <= {Verdict.CANNOT_TELL}:
        verdict = Verdict.CANNOT_TELL
    elif Verdict.BEYOND in verdicts and Verdict.BELOW not in verdicts:
        verdict = Verdict.BEYOND
    elif Verdict.BELOW in verdicts and Verdict.BEYOND not in verdicts:
        verdict = Verdict.BELOW
    else:
        verdict = Verdict.IN_LINE
    return CaseEvaluation(outcome_of([_progress(measure) for measure in measures]), verdict, evaluated)


def evaluate_measure(measure: CaseMeasure) -> MeasureEvaluation:
    """One measure: the change with an interval that knows both cohorts, the target, and the effect.

    The effect is latest less what unsupported schools with such a baseline reached (`analysis.expectation`); the raw
    change is never called an effect. Verdict: beyond or below when the 95% interval of the effect leaves out 0; in line
    when it holds 0 and reaches no further either way than 2.5 standard deviations of schools' values; else, or without
    10 comparators, or without cohorts, cannot tell.
    """
    change = _change(measure)
    expected, found = _effect(measure)
    verdict = Verdict.CANNOT_TELL
    if found is not None:
        ordinary = 2.5 * expected_path(measure.comparators).seen_sd if measure.comparators else 0.0
        if found.lower > 0:
            verdict = Verdict.BEYOND
        elif found.upper < 0:
            verdict = Verdict.BELOW
        elif (found.upper - found.lower) / 2 <= ordinary:
            verdict = Verdict.IN_LINE
    progress = _progress(measure)
    cohorts = (measure.baseline_cohort, measure.latest_cohort)
    may_be_shown = all(cohort is None or cohort == 0 or cohort >= SMALLEST_SHOWN for cohort in cohorts)
    sentence = (
        _sentence(measure, change, expected, found, verdict)
        if may_be_shown
        else f"{measure.name}: fewer than {SMALLEST_SHOWN} pupils, so its figures are for the school alone."
    )
    return MeasureEvaluation(
        measure.name,
        change,
        target_met(progress),
        way_gone(progress),
        expected,
        found,
        verdict,
        may_be_shown,
        sentence,
    )


def _progress(measure: CaseMeasure) -> MeasureProgress:
    return MeasureProgress(
        measure.baseline, measure.target, measure.latest, measure.latest_cohort, measure.higher_is_better
    )


def _change(measure: CaseMeasure) -> Difference | None:
    if measure.latest is None:
        return None
    if measure.percent:
        if not measure.baseline_cohort or not measure.latest_cohort:
            return None
        return difference_interval(measure.baseline, measure.baseline_cohort, measure.latest, measure.latest_cohort)
    if measure.baseline_error is None or measure.latest_error is None:
        return None
    return score_difference(measure.baseline, measure.baseline_error, measure.latest, measure.latest_error)


def _effect(measure: CaseMeasure) -> tuple[float | None, Difference | None]:
    comparators = measure.comparators
    if measure.latest is None or comparators is None or comparators.before.size < FEWEST_COMPARATORS:
        return None, None
    path = expected_path(comparators)
    if measure.percent:
        if not measure.baseline_cohort or not measure.latest_cohort:
            return None, None
        cohorts = ([measure.baseline_cohort], [measure.latest_cohort])
        expected = percent_forecasts(path, [measure.baseline], *cohorts)[0]
    elif measure.baseline_error is None or measure.latest_error is None:
        return None, None
    else:
        expected = forecast(path, measure.baseline, measure.baseline_error**2, measure.latest_error**2)
    return expected.value, effect(measure.latest, expected, higher_is_better=measure.higher_is_better)


def _sentence(
    measure: CaseMeasure, change: Difference | None, expected: float | None, found: Difference | None, verdict: Verdict
) -> str:
    if measure.latest is None:
        return f"{measure.name}: nothing was reported at the end, so it cannot be told."
    unit = "%" if measure.percent else ""
    reached = "reached" if target_met(_progress(measure)) else "not reached"
    told = f"{measure.name} went from {_figure(measure.baseline)}{unit} to {_figure(measure.latest)}{unit}"
    if change is not None:
        told += (
            f", {_signed(change.difference)} points (95% interval {_signed(change.lower)} to {_signed(change.upper)})"
        )
    told += f"; the target of {_figure(measure.target)}{unit} was {reached}."
    if expected is None or found is None:
        return f"{told} Without enough comparable schools it cannot be told how much of that would have come anyway."
    against = f"Schools with such a start came to about {_figure(expected)}{unit} without support"
    range_ = f"{_signed(found.lower)} to {_signed(found.upper)}"
    words = {
        Verdict.BEYOND: "improved beyond expectation",
        Verdict.IN_LINE: "in line with expectation",
        Verdict.BELOW: "below expectation",
        Verdict.CANNOT_TELL: "too few pupils to tell",
    }[verdict]
    side = "better" if found.difference >= 0 else "worse"
    return f"{told} {against}: {_figure(abs(found.difference))} points {side} than that ({range_}), {words}."


def _figure(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")
