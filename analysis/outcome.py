"""How a case ends by its own measures: the rule that proposes an outcome, which the improvement team then decides."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class Outcome(enum.StrEnum):
    """The values are those that the database stores for a commission's outcome."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_MEASURABLE = "not_measurable"


@dataclass(frozen=True, slots=True)
class MeasureProgress:
    """One measure of a plan at its end. `latest` is None when nothing was reported; `latest_cohort` is None when it was
    reported without saying of how many pupils, which counts as not measured. The direction is that from baseline to
    target, or `higher_is_better` where the two are the same."""

    baseline: float
    target: float
    latest: float | None
    latest_cohort: int | None
    higher_is_better: bool = True


def target_met(measure: MeasureProgress) -> bool | None:
    """Whether the target is reached; None when it was not measured."""
    if measure.latest is None or not measure.latest_cohort:
        return None
    if _rising(measure):
        return measure.latest >= measure.target
    return measure.latest <= measure.target


def way_gone(measure: MeasureProgress) -> float | None:
    """How much of the way from baseline to target was gone: 0 none, 1 all of it, kept within -1 and 1; None when it was
    not measured. A target equal to the baseline ("hold it") is 1 when held and 0 when not."""
    met = target_met(measure)
    if met is None or measure.latest is None:
        return None
    way = measure.target - measure.baseline
    if way == 0:
        return 1.0 if met else 0.0
    return min(max((measure.latest - measure.baseline) / way, -1.0), 1.0)


def outcome_of(measures: Sequence[MeasureProgress]) -> Outcome:
    """The outcome that the measures of a plan add up to.

    not_measurable: no measure has a latest value with a cohort (a plan without measures too);
    met: every measure was measured and reached its target;
    partly_met: some target was reached, or the measured ones went on average at least half of the way;
    not_met: anything else.
    It says whether the targets were reached, not whether the support did it: that is `analysis.impact`.
    """
    ways = [way for measure in measures if (way := way_gone(measure)) is not None]
    if not ways:
        return Outcome.NOT_MEASURABLE
    met = [target_met(measure) for measure in measures]
    if all(met):
        return Outcome.MET
    if any(met) or sum(ways) / len(ways) >= 0.5:
        return Outcome.PARTLY_MET
    return Outcome.NOT_MET


def _rising(measure: MeasureProgress) -> bool:
    if measure.target == measure.baseline:
        return measure.higher_is_better
    return measure.target > measure.baseline
