"""Evaluating a closed case again when more results have come out: what could not be told at its end may be by now.

The decision that the improvement team took is never changed, and nobody is written to (ADR 16).
"""

from datetime import date

from sqlalchemy.orm import Session

from analysis.expectation import MOST_YEARS
from analysis.impact import evaluate_case
from casework import events
from casework.case_evidence import Comparisons, case_measures, results_out_on
from casework.desk import Desk
from casework.evaluation import kept, published_years, results_in
from models.commissions import Commission, CommissionState
from models.plans import LaterEvaluation
from queries.closed_cases import ClosedCase, closed_cases, looked_at


def with_new_results(session: Session, as_of: date) -> list[int]:
    """The closed cases with results that nobody has looked at, until so many years after their support ended as a
    sentence of an evaluation ever asks for."""
    seen = looked_at(session)
    return [
        one.commission_id
        for one in closed_cases(session, as_of.replace(year=as_of.year - MOST_YEARS, day=1))
        if (out := _out(one, as_of)) and out not in seen.get(one.commission_id, frozenset())
    ]


def _out(one: ClosedCase, as_of: date) -> str:
    newest: dict[str, str] = {}
    for measure, year in one.results:
        if one.starts_on < results_out_on(year) <= as_of:
            newest[measure] = max(year, newest.get(measure, year))
    return results_in(newest.items())


def look_again(desk: Desk, commission: Commission, comparisons: Comparisons) -> bool:
    """Evaluate a closed case on all results since its support began, taken together; whether these are new.

    The unique key of case and results refuses a second writer who has not seen the first one's.
    """
    if commission.state is not CommissionState.CLOSED:
        return False
    measures = case_measures(comparisons, commission, desk.as_of, all_years=True)
    results = results_in(published_years(measures))
    if not results or results in looked_at(desk.session, commission.id).get(commission.id, frozenset()):
        return False
    found = evaluate_case(measures)
    desk.session.add(
        LaterEvaluation(
            commission_id=commission.id,
            results=results,
            evaluated_on=desk.as_of,
            verdict=found.verdict.value,
            figures=[kept(measure, one) for measure, one in zip(measures, found.measures, strict=True)],
        )
    )
    events.record(
        desk,
        commission,
        "evaluated-again",
        f"More results have come out: held against similar schools without support, {found.verdict.value}.",
        {"results": results, "verdict": found.verdict.value},
    )
    return True
