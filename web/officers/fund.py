"""The Fund, year by year: where its money stands, who gave it, how it has burned down; and its statements as files."""

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from casework.fund_book import PARTS, table, years_table
from models.fund import FundYear
from papers.workbook import Sheet
from queries.fund_year import YearView, year_views
from queries.money import fund_years
from queries.statement import statement
from web.exports import KINDS, file_of, no_such_file
from web.fund_chart import burn_down
from web.reading import day_shown, read
from web.templating import page


async def fund(request: Request) -> Response:
    """Every year of the Fund: the one that runs, then the others from the latest; each with the way its money has
    gone.
    """
    as_of = day_shown()
    years: list[YearView] = await read(year_views)
    years.sort(key=lambda year: not year.position.starts_on <= as_of <= year.ends_on)
    return page(
        request,
        "fund.html",
        years=[(year, burn_down(year, as_of) if year.moves else None) for year in years],
        parts=PARTS,
    )


async def fund_file(request: Request) -> Response:
    """The years as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    found = years_table(await read(fund_years))
    return file_of(kind, "fund", found.headings, found.rows)


async def statement_file(request: Request) -> Response:
    """One table of a year's statement as a file: every case that ever held money of it, not the largest alone."""
    label, part, kind = (request.path_params[name] for name in ("year", "part", "kind"))
    found = await read(lambda session: _table(session, label, part)) if kind in KINDS and part in PARTS else None
    return file_of(kind, f"fund-{label}-{part}", found.headings, found.rows) if found else no_such_file(request)


def _table(session: Session, label: str, part: str) -> Sheet | None:
    year = session.scalars(sa.select(FundYear).where(FundYear.label == label)).one_or_none()
    return table(statement(session, year), part) if year is not None else None
