"""One line of a case, for lists and for the case itself: what it names, and whether it is overdue."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from models.commissions import ENDED, Commission, CommissionState
from models.providers import Provider
from models.rounds import ImpactUpdate, UpdateState
from models.schools import School
from models.themes import Theme


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list. `overdue`: its deadline, or an impact update of it, has passed without an answer;
    `update_due_on` is the day of the earliest update that is awaited.
    """

    reference: str
    urn: int
    school: str
    theme: str
    theme_code: str
    state: str
    state_since: date
    deadline_on: date | None
    overdue: bool
    provider: str | None
    cost_pence: int
    outcome: str | None
    update_due_on: date | None


def lines_of_cases(late: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Cases with the names of their school, theme and provider, and whether they are overdue: rows for `case_line`."""
    due = (
        sa.select(sa.func.min(ImpactUpdate.due_on))
        .where(ImpactUpdate.commission_id == Commission.id, ImpactUpdate.state == UpdateState.AWAITED)
        .correlate(Commission)
        .scalar_subquery()
    )
    return (
        sa.select(Commission, School.name, Theme.name, Provider.name, late, due)
        .join(School, School.urn == Commission.urn)
        .join(Theme, Theme.code == Commission.theme)
        .outerjoin(Provider, Provider.id == Commission.provider_id)
    )


def overdue_on(as_of: date) -> sa.ColumnElement[bool]:
    """Whether a case's deadline, or an impact update of it, has passed without an answer; a paused case is not late."""
    unanswered = (
        sa.select(ImpactUpdate.id)
        .where(
            ImpactUpdate.commission_id == Commission.id,
            ImpactUpdate.state == UpdateState.AWAITED,
            ImpactUpdate.due_on < as_of,
        )
        .exists()
    )
    passed = sa.and_(Commission.deadline_on < as_of, Commission.state.not_in(list(ENDED)))
    return sa.and_(Commission.state != CommissionState.PAUSED, sa.or_(sa.func.coalesce(passed, sa.false()), unanswered))


def case_line(
    case: Commission, school: str, theme: str, provider: str | None, late: bool, update_due_on: date | None
) -> CaseLine:
    """The line of a row of `lines_of_cases`."""
    return CaseLine(
        reference=case.reference,
        urn=case.urn,
        school=school,
        theme=theme,
        theme_code=case.theme,
        state=case.state.value,
        state_since=case.state_since,
        deadline_on=case.deadline_on,
        overdue=bool(late),
        provider=provider,
        cost_pence=case.cost_pence,
        outcome=case.outcome.value if case.outcome else None,
        update_due_on=update_due_on,
    )
