"""A case is evaluated from published results: its own, and those of schools that had no support."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis.impact import Verdict, evaluate_case
from casework import composing, evaluation, later_evaluation
from casework.case_evidence import Comparisons, case_measures
from casework.lifecycle import locked
from models.commissions import Commission, CommissionState, Outcome
from models.messages import Message, Notice
from models.plans import Evaluation, LaterEvaluation, PlanMeasure
from models.results import ListedSchool, PublishedResult
from models.schools import SchoolLink
from queries.cases import case as view_of
from rules.measures import CATALOGUE
from tests.casework.stages import active, at_stage
from tests.casework.world import SCHOOLS, desk_at
from tests.counting import counted, plans

AFTER = date(2026, 9, 14)


def compared(session: Session) -> Commission:
    """A case on maths whose plan has ended, and forty schools of the area that had no support."""
    case = active(session)
    for place in range(40):
        urn = 120_000 + place
        before = 40 + place % 20
        session.add_all(
            [
                PublishedResult(urn=urn, measure="ks2_mat_exp", year="2024-25", cohort=60, value=float(before)),
                PublishedResult(
                    urn=urn, measure="ks2_mat_exp", year="2025-26", cohort=60, value=float(before + 4 + place % 3)
                ),
                ListedSchool(urn=urn, year="2024-25", la_code=838, special=False),
            ]
        )
    return case


pytestmark = at_stage(compared)


@pytest.fixture
def ended(case: Commission) -> Commission:
    return case


def result(session: Session, value: float, cohort: int = 60) -> None:
    session.add(PublishedResult(urn=SCHOOLS[0], measure="ks2_mat_exp", year="2025-26", cohort=cohort, value=value))
    session.flush()


def evaluated(session: Session, case: Commission, day: date = AFTER) -> Commission:
    assert case.ends_on is not None
    begun = desk_at(session, case.ends_on + timedelta(days=1))
    evaluation.begin(begun, locked(begun, case.id))
    evaluation.propose(desk_at(session, day), case)
    return case


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL keeps statistics by itself
def test_a_schools_figures_are_not_looked_for_among_those_of_everybody(session: Session, ended: Commission) -> None:
    session.add(SchoolLink(urn=SCHOOLS[0], linked_urn=130_000, link_type="Predecessor"))
    result(session, 61.0)
    with plans(session, lambda statement: "published_results.year >" in statement) as steps:
        assert case_measures(Comparisons(session), ended, AFTER)
    assert [one for one in steps if "published_results" in one]
    assert [one for one in steps if "ix_published_results_measure_year" in one] == []


def test_a_rise_beyond_similar_schools_is_said_everywhere(session: Session, ended: Commission) -> None:
    result(session, 90.0)
    case = evaluated(session, ended)
    view = view_of(session, case.reference, AFTER)
    assert view is not None
    assert view.verdict == "improved beyond expectation"
    (figure,) = view.figures
    assert (figure["measure"], figure["years"]) == ("ks2_mat_exp", ["2024-25", "2025-26"])
    assert (figure["baseline"], figure["latest"], figure["cohorts"]) == (40.0, 90.0, [30, 60])
    assert 43 < figure["expected"] < 56
    effect, lower, upper = figure["effect"]
    assert effect == pytest.approx(90 - figure["expected"], abs=1e-3)
    assert 0 < lower < effect < upper
    assert figure["certainty"] > 0.975
    assert "improved beyond expectation" in view.evaluation[0]
    desk = desk_at(session, AFTER)
    evaluation.close(desk, case, Outcome(case_outcome(session, case)), "", "the team")
    composing.compose(desk)
    letters = session.scalars(sa.select(Message).where(Message.template.in_(["impact-evaluated", "digest"]))).all()
    assert letters
    assert any("improved beyond expectation" in str(one.context) for one in letters)


def test_a_closed_case_is_looked_at_again_once_when_results_come_and_the_years_count_together(
    session: Session, ended: Commission
) -> None:
    case = evaluated(session, ended, date(2026, 7, 23))
    july = desk_at(session, date(2026, 7, 24))
    evaluation.close(july, case, Outcome(evaluation.propose(july, case).proposed.value), "", "the team")
    kept = session.scalars(sa.select(Evaluation)).one()
    assert (kept.verdict, kept.results) == ("cannot tell", "")
    before = (kept.outcome, kept.figures, session.scalar(sa.select(sa.func.count(Notice.id))))

    def look(day: date) -> list[bool]:
        due = later_evaluation.with_new_results(session, day)
        again = [
            later_evaluation.look_again(desk_at(session, day), locked(desk_at(session, day), one), Comparisons(session))
            for one in due
        ]
        session.flush()
        return again

    assert look(AFTER) == []
    result(session, 62.0)
    assert look(date(2026, 8, 30)) == [], "results are out at the end of August"
    assert look(AFTER) == [True]
    assert look(AFTER) == []
    for place in range(40):
        session.add(
            PublishedResult(
                urn=120_000 + place, measure="ks2_mat_exp", year="2026-27", cohort=60, value=45.0 + place % 20
            )
        )
    session.add(PublishedResult(urn=SCHOOLS[0], measure="ks2_mat_exp", year="2026-27", cohort=30, value=74.0))
    session.flush()
    assert look(date(2027, 9, 14)) == [True]
    assert look(date(2032, 9, 14)) == [], "and not for ever"
    view = view_of(session, case.reference, date(2027, 9, 14))
    assert view is not None
    second, first = view.later
    assert "from 40% to 62% between 2024-25 and 2025-26" in first.sentences[0]
    assert "from 40% to 66% between 2024-25 and the 2 years to 2026-27" in second.sentences[0], "62 of 60, 74 of 30"
    assert view.verdict == second.verdict
    (early,), (late,) = (
        one.figures for one in session.scalars(sa.select(LaterEvaluation).order_by(LaterEvaluation.id))
    )
    assert early["cohorts"] == [30, 60]
    assert late["cohorts"] == [30, 90]
    session.refresh(kept)
    assert before == (kept.outcome, kept.figures, session.scalar(sa.select(sa.func.count(Notice.id))))
    assert [one.kind for one in view.timeline].count("evaluated-again") == 2
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.add(
            LaterEvaluation(
                commission_id=case.id, results="ks2_mat_exp 2026-27", evaluated_on=AFTER, verdict="x", figures=[]
            )
        )
        session.flush()


def case_outcome(session: Session, case: Commission) -> str:
    view = view_of(session, case.reference, AFTER)
    assert view is not None
    return evaluation.propose(desk_at(session, AFTER), case).proposed.value


def test_a_rise_like_that_of_others_is_not_called_impact(session: Session, ended: Commission) -> None:
    result(session, 46.0)
    case = evaluated(session, ended)
    view = view_of(session, case.reference, AFTER)
    assert view is not None
    assert view.verdict in ("in line", "cannot tell")
    assert "came to about" in view.evaluation[0]


def test_before_the_results_are_out_nothing_is_claimed(session: Session, ended: Commission) -> None:
    result(session, 90.0)
    early = evaluated(session, ended, date(2026, 7, 23))
    view = view_of(session, early.reference, AFTER)
    assert view is not None
    assert view.verdict == "cannot tell"
    assert "cannot be told before the results of 2025-26 are published" in view.evaluation[0]


def test_supported_schools_are_not_compared_with(session: Session, ended: Commission) -> None:
    result(session, 60.0)
    other = ended
    comparisons = Comparisons(session)
    (before,) = case_measures(comparisons, other, AFTER)
    assert before.comparators is not None
    assert before.comparators.before.size == 40
    assert SCHOOLS[0] in comparisons.of("ks2_mat_exp", "2024-25", ("2025-26",), 838)[1]
    assert len(comparisons.read) == 1
    assert other.state is CommissionState.ACTIVE


def test_of_few_pupils_nothing_is_kept(session: Session, ended: Commission) -> None:
    result(session, 75.0, cohort=4)
    case = evaluated(session, ended)
    (figure,) = evaluation.propose(desk_at(session, AFTER), case).figures
    assert figure["sentence"].endswith("fewer than 6 pupils, so its figures are for the school alone.")
    assert set(figure) == {"name", "measure", "years", "verdict", "may_be_shown", "sentence"}
    assert "75" not in str(figure)


@pytest.mark.parametrize(
    ("measure", "start", "end", "margin"),
    [
        ("absence_persistent", 30.0, 8.0, None),
        ("ks2_mat_progress", -5.0, 4.0, 1.5),
        ("absence_overall", 9.0, 5.0, None),
    ],
)
def test_absence_and_progress_are_compared_too(
    session: Session, ended: Commission, measure: str, start: float, end: float, margin: float | None
) -> None:
    plan_measure = session.scalars(sa.select(PlanMeasure)).one()
    better = CATALOGUE[measure].higher_is_better
    plan_measure.published, plan_measure.unit = measure, CATALOGUE[measure].unit.value
    plan_measure.baseline, plan_measure.target = start, end
    plan_measure.baseline_cohort, plan_measure.higher_is_better = None, better
    of_all = CATALOGUE[measure].stage == "all"
    for place, urn in enumerate([SCHOOLS[0], *range(120_000, 120_040)]):
        for year, value in (("2024-25", start + 0.3 * (place % 9)), ("2025-26", start + 0.3 * (place % 7))):
            seen = value if urn != SCHOOLS[0] else start if year == "2024-25" else end
            limits = (seen - margin, seen + margin) if margin else (None, None)
            session.add(
                PublishedResult(
                    urn=urn,
                    measure=measure,
                    year=year,
                    cohort=None if of_all else 40,
                    value=seen,
                    lower=limits[0],
                    upper=limits[1],
                )
            )
            if of_all:
                pupils = 150 + 10 * place
                session.add(
                    PublishedResult(urn=urn, measure="census_pupils", year=year, cohort=pupils, value=float(pupils))
                )
    session.flush()
    (found,) = evaluate_case(case_measures(Comparisons(session), ended, AFTER)).measures
    assert found.verdict is Verdict.BEYOND
    assert found.effect is not None
    assert found.effect.lower > 0


def test_cases_of_one_desk_are_held_against_schools_that_are_read_once(session: Session, ended: Commission) -> None:
    result(session, 60.0)
    desk = desk_at(session, AFTER)
    with counted(session) as asked:
        for _ in range(3):
            evaluation.propose(desk, ended)
    assert sum("FROM listed_schools" in one for one in asked) == 2, (
        "which schools stood there, and what is said of them"
    )
    assert desk.comparisons is not None
    (first,), (second,) = (case_measures(desk.comparisons, ended, AFTER) for _ in range(2))
    assert first.comparators is not None
    assert first.comparators is second.comparators, "and their path is worked out once"


def test_a_school_without_support_is_not_held_against_itself(session: Session, ended: Commission) -> None:
    result(session, 60.0)
    comparisons = Comparisons(session)
    which = ("ks2_mat_exp", "2024-25", ("2025-26",), 838)
    urns, supported, _ = comparisons.of(*which)
    other = next(urn for urn in urns if urn not in supported)
    all_others = comparisons.without(*which, ended.urn).comparators.before.size
    assert comparisons.without(*which, other).comparators.before.size == all_others - 1
    assert comparisons.without(*which, ended.urn).comparators.before.size == all_others
