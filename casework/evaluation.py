"""Evaluating a case at the end of its plan: the figures propose, the improvement team decides [4.6]."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from analysis.differences import Difference
from analysis.impact import CaseMeasure, MeasureEvaluation, Verdict, evaluate_case
from casework import letters, notices
from casework.case_evidence import Comparisons, case_measures
from casework.desk import Desk
from casework.ending import end
from casework.lifecycle import move
from casework.notices import Subject
from casework.standing import next_day_of
from models.commissions import Commission, CommissionState, Outcome
from models.plans import Evaluation
from models.rounds import ImpactUpdate, UpdateState
from queries import people
from rules.errors import Refused
from rules.half_terms import CalendarExhausted


def begin(desk: Desk, commission: Commission) -> None:
    """The plan has ended: work out what the figures say, and give the improvement team its days to decide."""
    move(desk, commission, CommissionState.EVALUATING, "The plan's end date has come.")
    desk.session.execute(
        sa.update(ImpactUpdate)
        .where(ImpactUpdate.commission_id == commission.id, ImpactUpdate.state == UpdateState.AWAITED)
        .values(state=UpdateState.CANCELLED, next_step_on=None)
        .execution_options(synchronize_session="fetch")
    )
    commission.next_round_on = None
    propose(desk, commission)
    notices.ask_officer(
        desk, commission, "decide-evaluation", "The support has ended: read the figures and decide its outcome."
    )
    try:
        commission.deadline_on = desk.calendar(commission).add(desk.as_of, desk.policy.evaluating_days)
        commission.next_due_on = next_day_of(commission.deadline_on)
    except CalendarExhausted as error:
        desk.hold(commission, error)


def propose(desk: Desk, commission: Commission) -> Evaluation:
    """Work out, or work out again, what the figures say of each measure and of the case; nothing is decided by it."""
    found = desk.session.scalars(sa.select(Evaluation).where(Evaluation.commission_id == commission.id)).one_or_none()
    desk.comparisons = desk.comparisons or Comparisons(desk.session)
    measures = case_measures(desk.comparisons, commission, desk.as_of)
    result = evaluate_case(measures)
    proposed, verdict = Outcome(result.outcome.value), result.verdict.value
    figures = [kept(measure, one) for measure, one in zip(measures, result.measures, strict=True)]
    if found is None:
        found = Evaluation(commission_id=commission.id)
        desk.session.add(found)
    if found.outcome is None:
        found.evaluated_on, found.proposed = desk.as_of, proposed
        found.verdict, found.figures = verdict, figures
        found.results = results_in(published_years(measures))
    desk.session.flush()
    return found


def close(desk: Desk, commission: Commission, outcome: Outcome, lessons: str, by: str) -> None:
    """Close a case with the outcome that the improvement team decided; unspent money is released, both sides are told.

    Raises:
        IllegalTransition: the case is not being evaluated. Refused: an outcome other than the proposed one without a
        lesson that says why.
    """
    evaluation = propose(desk, commission)
    if outcome is not evaluation.proposed and not lessons.strip():
        raise Refused(
            f"The figures of {commission.reference} say {evaluation.proposed.value.replace('_', ' ')}: "
            f"say why you decide {outcome.value.replace('_', ' ')}."
        )
    commission.outcome = outcome
    move(
        desk,
        commission,
        CommissionState.CLOSED,
        lessons or "Decided as the figures propose.",
        {"outcome": outcome.value},
    )
    evaluation.outcome, evaluation.lessons = outcome, lessons
    evaluation.decided_on, evaluation.decided_by = desk.as_of, by
    end(desk, commission, "The case was closed.")
    school, provider = people.parties(desk.session, commission.urn, commission.provider_id, desk.as_of)
    subject = Subject("commission", commission.id)
    for contact, calendar in ((school, desk.calendar(commission)), (provider, desk.calendars.area)):
        for step, letter in (("evaluated", letters.impact_evaluated), ("closed", letters.case_closed)):
            notices.tell(
                desk,
                contact,
                subject,
                step,
                partial(letter, desk, commission, evaluation),
                commission=commission,
                calendar=calendar,
            )


def overdue(desk: Desk, commission: Commission) -> None:
    """The days to decide have passed: the officer's task says so."""
    notices.ask_officer(desk, commission, "evaluation-overdue", "The evaluation is overdue: decide its outcome.")
    commission.next_due_on = None


def kept(measure: CaseMeasure, one: MeasureEvaluation) -> dict[str, Any]:
    """What is stored of a measure's evaluation: words, verdict, and the numbers behind them.

    Of fewer than 6 pupils nothing is stored but that it is so: whoever reads this later cannot show it by mistake.
    """
    told: dict[str, Any] = {
        "name": one.name,
        "measure": measure.code,
        "years": list(measure.years) if measure.years else None,
        "verdict": one.verdict.value,
        "may_be_shown": one.may_be_shown,
        "sentence": one.sentence,
    }
    if not one.may_be_shown:
        return {**told, "verdict": Verdict.CANNOT_TELL.value}
    return {
        **told,
        "target_met": one.target_met,
        "baseline": measure.baseline,
        "latest": measure.latest,
        "target": measure.target,
        "cohorts": [measure.baseline_cohort, measure.latest_cohort],
        "change": _interval(one.change),
        "expected": _rounded(one.expected),
        "effect": _interval(one.effect),
        "certainty": _rounded(one.certainty),
        "told_after_years": one.told_after,
    }


def published_years(measures: Sequence[CaseMeasure]) -> list[tuple[str, str]]:
    """The published measures among these with the school year of their newest figure."""
    return [(one.code, one.years[1]) for one in measures if one.code is not None and one.years is not None]


def results_in(pairs: Iterable[tuple[str, str]]) -> str:
    """Published results in a line, always the same one for the same results: `absence_overall 2025-26, …`."""
    return ", ".join(sorted({f"{measure} {year}" for measure, year in pairs}))


def _interval(found: Difference | None) -> list[float] | None:
    """Middle, lower and upper end."""
    return None if found is None else [round(one, 4) for one in (found.difference, found.lower, found.upper)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
