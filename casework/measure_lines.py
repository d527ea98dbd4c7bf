"""A plan's measures as its e-mails say them. A figure of fewer than 6 pupils is for the school itself alone."""

from collections.abc import Collection, Iterable

from casework.desk import Desk
from mail.contexts import MeasureLine
from models.plans import Plan, PlanMeasure
from queries.updates import Figure, latest_figures_of
from rules.small_numbers import may_show


def of_plan(plan: Plan, *, school: bool) -> tuple[MeasureLine, ...]:
    """What the plan is to change, for the school or for the provider."""
    return tuple(_line(m, None, school=school) for m in sorted(plan.measures, key=lambda one: one.id))


def so_far(desk: Desk, commission_ids: Collection[int]) -> dict[tuple[int, bool], tuple[MeasureLine, ...]]:
    """The measures of a batch of cases with what was last reported: by case, and whether the school reads it."""
    found = latest_figures_of(desk.session, commission_ids)
    return {
        (commission_id, school): _lines(figures, school=school)
        for commission_id, figures in found.items()
        for school in (True, False)
    }


def _lines(figures: Iterable[tuple[PlanMeasure, Figure | None]], *, school: bool) -> tuple[MeasureLine, ...]:
    return tuple(_line(measure, latest, school=school) for measure, latest in figures)


def _line(measure: PlanMeasure, latest: Figure | None, *, school: bool) -> MeasureLine:
    started, reported = may_show(measure.baseline_cohort), latest is None or may_show(latest[1])
    return MeasureLine(
        measure.name,
        measure.unit,
        measure.baseline if school or started else None,
        measure.target,
        measure.target_on,
        latest[0] if latest is not None and (school or reported) else None,
        few=school and not (started and reported),
    )
