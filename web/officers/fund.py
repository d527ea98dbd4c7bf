"""The Fund, year by year: where its money stands, who gave it, how it has burned down."""

from starlette.requests import Request
from starlette.responses import Response

from queries.fund_year import YearView, year_views
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
    return page(request, "fund.html", years=[(year, burn_down(year, as_of) if year.moves else None) for year in years])
