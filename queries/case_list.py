"""Cases as a list that is searched, filtered, sorted and cut into pages by the database, however many there are."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import ENDED, Commission
from models.contacts import Contact
from models.providers import Provider
from models.schools import School
from models.themes import Theme
from queries.case_line import CaseLine, case_line, lines_of_cases, overdue_on

SORTS: dict[str, Any] = {
    "reference": Commission.id,
    "school": School.name,
    "theme": Theme.name,
    "state": Commission.state,
    "since": Commission.state_since,
    "deadline": Commission.deadline_on,
    "provider": Provider.name,
    "money": Commission.cost_pence,
}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked for. `state` may also be `open`: every state that is not an end."""

    search: str = ""
    state: str = ""
    theme: str = ""
    officer: int | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class CasesFound:
    """One page of the cases found, and how many there are altogether."""

    lines: tuple[CaseLine, ...]
    total: int


def find_cases(
    session: Session,
    wanted: CaseFilter,
    as_of: date,
    *,
    sort: str = "reference",
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> CasesFound:
    """The cases that a filter lets through, in the order of a column of `SORTS`, then of their references."""
    late = overdue_on(as_of)
    column = SORTS.get(sort, Commission.id)
    order = [column.desc().nulls_last() if descending else column.asc().nulls_last()]
    if column is not Commission.id:
        order.append(Commission.id.asc())
    # What looks at every case anyway counts them on the way; the rest is counted by an index.
    looks_at_all = bool(wanted.search) or wanted.overdue
    ids = sa.select(Commission.id, (sa.func.count().over() if looks_at_all else sa.null()).label("total"))
    if wanted.search or column is School.name:
        ids = ids.join(School, School.urn == Commission.urn)
    if column is Theme.name:
        ids = ids.join(Theme, Theme.code == Commission.theme)
    if column is Provider.name:
        ids = ids.outerjoin(Provider, Provider.id == Commission.provider_id)
    here = _filtered(ids, wanted, late).order_by(*order).limit(limit).offset(offset).subquery()
    rows = session.execute(  # names are looked up for this page's cases alone
        lines_of_cases(late).add_columns(here.c.total).join(here, here.c.id == Commission.id).order_by(*order)
    ).all()
    total = rows[0].total if rows else None
    return CasesFound(
        tuple(case_line(*row[:-1]) for row in rows), _total(session, wanted, late) if total is None else total
    )


def _total(session: Session, wanted: CaseFilter, late: sa.ColumnElement[bool]) -> int:
    counted = sa.select(sa.func.count()).select_from(Commission)
    if wanted.search:
        counted = counted.join(School, School.urn == Commission.urn)
    return session.scalar(_filtered(counted, wanted, late)) or 0


def how_many_in_each_state(session: Session) -> Counter[str]:
    """The number of cases in each state."""
    rows = session.execute(sa.select(Commission.state, sa.func.count()).group_by(Commission.state))
    return Counter({state.value: count for state, count in rows})


def choices(session: Session) -> tuple[list[tuple[str, str]], list[tuple[int, str]]]:
    """The themes and the officers that cases may be filtered by: (code or id, name)."""
    themes = session.execute(sa.select(Theme.code, Theme.name).where(Theme.active).order_by(Theme.name))
    officers = session.execute(
        sa.select(Contact.id, Contact.first_name, Contact.surname)
        .where(Contact.id.in_(sa.select(Commission.officer_id).distinct()))
        .order_by(Contact.surname)
    )
    return [(code, name) for code, name in themes], [(one, f"{first} {last}") for one, first, last in officers]


def ids_of(session: Session, references: Collection[str]) -> dict[str, int]:
    """The numbers of cases by their references; what there is not is left out."""
    rows = session.execute(sa.select(Commission.reference, Commission.id).where(Commission.reference.in_(references)))
    return dict(rows.tuples().all())


def _filtered(asked: sa.Select[Any], wanted: CaseFilter, late: sa.ColumnElement[bool]) -> sa.Select[Any]:
    if wanted.state == "open":
        asked = asked.where(Commission.state.not_in(list(ENDED)))
    elif wanted.state:
        asked = asked.where(Commission.state == wanted.state)
    if wanted.theme:
        asked = asked.where(Commission.theme == wanted.theme)
    if wanted.officer is not None:
        asked = asked.where(Commission.officer_id == wanted.officer)
    if wanted.overdue:
        asked = asked.where(late)
    if wanted.search:
        asked = asked.where(
            sa.or_(
                Commission.reference.ilike(like(wanted.search), escape="\\"),
                School.name.ilike(like(wanted.search), escape="\\"),
                sa.cast(Commission.urn, sa.String).like(like(wanted.search), escape="\\"),
            )
        )
    return asked


def like(text: str) -> str:
    """A pattern for LIKE that finds the text itself anywhere: its own wildcards mean themselves (escaped by \\\\)."""
    plain = text.strip().replace("\x00", "").replace("\\", "").replace("%", r"\%").replace("_", r"\_")
    return f"%{plain}%"
