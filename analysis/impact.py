"""What became of a case: the change, the target, and how it compares with what would have happened anyway."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.differences import Difference, difference_interval, score_difference
from analysis.expectation import (
    FEWEST_COMPARATORS,
    Comparators,
    Forecast,
    certainty_of,
    effect,
    expected_path,
    forecasts,
    percent_forecasts,
    years_to_tell,
)
from analysis.impact_wording import Told, measure_sentence
from analysis.outcome import MeasureProgress, Outcome, outcome_of, target_met, way_gone
from analysis.verdict import Verdict, verdict_of
from rules.small_numbers import may_show

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

ENOUGH_POINTS, ENOUGH_SHARE = 10.0, 1.0
"""An effect that matters even where the target asks for less beyond what comes anyway: points of a percentage, or this
many standard deviations of schools' scores."""


@dataclass(frozen=True, slots=True)
class CaseMeasure:
    """One measure of a case, baseline and latest with the pupils behind each.

    A percentage (`percent`) is 0 to 100 and needs the cohorts for an interval; another score needs the standard error
    of each value. `comparators` are schools without support over the same time, None when there are none: figures that
    only this school collects, or published ones that are not out yet, of which `awaited` names the school year.
    `code` is the published measure's, `years` the school years of baseline and latest; `latest` is the mean of so many
    years up to then (`pooled`), as the comparators' values are.
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
    code: str | None = None
    years: tuple[str, str] | None = None
    awaited: str | None = None
    pooled: int = 1


@dataclass(frozen=True, slots=True)
class MeasureEvaluation:
    """`change`: latest less baseline as it is; `effect`: how much better than `expected`, positive is better;
    `certainty`: how likely, 0 to 1, the school came out better than expected and not worse; `told_after`: after how
    many more years of results an effect as large as the target asks for could be told from chance, within five. None
    where it cannot be worked out. `may_be_shown` is False where a cohort is under 6: for the school alone, and the
    sentence then holds no figure."""

    name: str
    change: Difference | None
    target_met: bool | None
    way_gone: float | None
    expected: float | None
    effect: Difference | None
    certainty: float | None
    told_after: int | None
    verdict: Verdict
    may_be_shown: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class CaseEvaluation:
    """`outcome` is about the targets, `verdict` about what support may have added; neither stands for the other."""

    outcome: Outcome
    verdict: Verdict
    measures: tuple[MeasureEvaluation, ...]


@dataclass(frozen=True, slots=True)
class _Compared:
    """A measure held against similar schools."""

    expected: Forecast
    effect: Difference
    certainty: float
    wanted: float
    told_after: int | None


def evaluate_case(measures: Sequence[CaseMeasure]) -> CaseEvaluation:
    """Evaluate every measure of a case and put them together (`verdict_of`)."""
    evaluated = tuple(evaluate_measure(measure) for measure in measures)
    outcome = outcome_of([_progress(measure) for measure in measures])
    return CaseEvaluation(outcome, verdict_of([one.verdict for one in evaluated]), evaluated)


def evaluate_measure(measure: CaseMeasure) -> MeasureEvaluation:
    """One measure: the change with an interval that knows both cohorts, the target, and the effect.

    The effect is latest less what unsupported schools with such a baseline reached (`analysis.expectation`); the raw
    change is never called an effect. Verdict: beyond or below when the 95% interval of the effect leaves out 0; in line
    when it holds 0 and leaves out an effect as large as the target asked for; else, or without 10 comparators, or
    without cohorts, cannot tell.
    """
    change = _change(measure)
    compared = _compared(measure)
    verdict = Verdict.CANNOT_TELL
    if compared is not None:
        if compared.effect.lower > 0:
            verdict = Verdict.BEYOND
        elif compared.effect.upper < 0:
            verdict = Verdict.BELOW
        elif compared.effect.upper < compared.wanted:
            verdict = Verdict.IN_LINE
    progress = _progress(measure)
    met = target_met(progress)
    may_be_shown = may_show(measure.baseline_cohort, measure.latest_cohort)
    told = Told(
        name=measure.name,
        percent=measure.percent,
        baseline=measure.baseline,
        latest=measure.latest,
        target=measure.target,
        target_met=met,
        years=measure.years,
        awaited=measure.awaited,
        pooled=measure.pooled,
        change=change,
        expected=compared.expected.value if compared else None,
        effect=compared.effect if compared else None,
        certainty=compared.certainty if compared else None,
        wanted=compared.wanted if compared else None,
        told_after=compared.told_after if compared else None,
        verdict=verdict,
        may_be_shown=may_be_shown,
    )
    return MeasureEvaluation(
        name=measure.name,
        change=change,
        target_met=met,
        way_gone=way_gone(progress),
        expected=compared.expected.value if compared else None,
        effect=compared.effect if compared else None,
        certainty=compared.certainty if compared else None,
        told_after=compared.told_after if compared and verdict is Verdict.CANNOT_TELL else None,
        verdict=verdict,
        may_be_shown=may_be_shown,
        sentence=measure_sentence(told),
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


def _compared(measure: CaseMeasure) -> _Compared | None:
    comparators = measure.comparators
    if measure.latest is None or comparators is None or comparators.before.size < FEWEST_COMPARATORS:
        return None
    path = expected_path(comparators)
    if measure.percent:
        if not measure.baseline_cohort or not measure.latest_cohort:
            return None
        expected = percent_forecasts(path, [measure.baseline], [measure.baseline_cohort], [measure.latest_cohort])[0]
    elif measure.baseline_error is None or measure.latest_error is None:
        return None
    else:
        expected = forecasts(path, [measure.baseline], [measure.baseline_error**2], [measure.latest_error**2])[0]
    better = 1 if measure.higher_is_better else -1
    matters = ENOUGH_POINTS if measure.percent else ENOUGH_SHARE * path.seen_sd
    wanted = max(better * (measure.target - expected.value), matters)
    return _Compared(
        expected,
        effect(measure.latest, expected, higher_is_better=measure.higher_is_better),
        certainty_of(better * (measure.latest - expected.value), expected),
        wanted,
        years_to_tell(wanted, expected),
    )
