"""The numbers of the Board's papers: the Fund, what became of cases, expertise."""

from collections import Counter, defaultdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission, CommissionState, Outcome
from models.themes import Theme
from papers.pack import PackFund, PackImpact, PackStage
from queries.board import expertise
from queries.money import fund_years


def fund(session: Session) -> tuple[PackFund, ...]:
    """Each Fund year's position, the latest first."""
    return tuple(PackFund(y.label, y.budget, y.reserved, y.committed, y.spent, y.free) for y in fund_years(session))


def impact(session: Session) -> tuple[PackImpact, ...]:
    """Active and closed cases of each theme, by the outcome that was decided."""
    active: Counter[str] = Counter()
    outcomes: dict[str, Counter[Outcome]] = defaultdict(Counter)
    rows = session.execute(
        sa.select(Theme.name, Commission.state, Commission.outcome, sa.func.count())
        .join(Theme, Theme.code == Commission.theme)
        .where(Commission.state.in_([CommissionState.ACTIVE, CommissionState.EVALUATING, CommissionState.CLOSED]))
        .group_by(Theme.name, Commission.state, Commission.outcome)
    )
    for theme, _, outcome, count in rows:
        if outcome is None:
            active[theme] += count
        else:
            outcomes[theme][outcome] += count
    return tuple(
        PackImpact(
            theme=theme,
            closed=outcomes[theme].total(),
            met=outcomes[theme][Outcome.MET],
            partly_met=outcomes[theme][Outcome.PARTLY_MET],
            not_met=outcomes[theme][Outcome.NOT_MET],
            not_measurable=outcomes[theme][Outcome.NOT_MEASURABLE],
            active=active[theme],
        )
        for theme in sorted({*active, *outcomes})
    )


def stages(session: Session, day: date, wanted: tuple[str, ...]) -> tuple[PackStage, ...]:
    """How many members know each key stage on a day."""
    return tuple(PackStage(line.stage, len(line.members)) for line in expertise(session, day, wanted))
