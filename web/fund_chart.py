"""The burn-down of a Fund year: what is left free and what is left unspent, month by month, beside an even spending."""

from datetime import date

from queries.fund_year import YearView
from rules.eligibility import pounds
from web.drawing import BLUE, GREEN, QUIET, Canvas, Chart, Drawing, both, ticks

MONTHS = 12


def burn_down(year: YearView, as_of: date) -> Chart:
    """The chart of a year up to a day: April at the left, March at the right."""
    budget = year.position.budget
    starts = year.position.starts_on
    months = [_month(starts, n) for n in range(MONTHS + 1)]
    reached = max(sum(1 for month in months[:MONTHS] if month <= as_of), 1)
    free, unspent = [budget], [budget]
    by_month = {move.month: move for move in year.moves}
    before = [move for move in year.moves if move.month < months[0]]
    free[0] -= sum(move.promised - move.released for move in before)
    unspent[0] -= sum(move.spent for move in before)
    for month in months[:reached]:
        move = by_month.get(month)
        free.append(free[-1] - (move.promised - move.released if move else 0))
        unspent.append(unspent[-1] - (move.spent if move else 0))

    levels = ticks(0, budget / 100 or 1, 4)
    if len(levels) > 1 and levels[-1] < budget / 100:
        levels.append(2 * levels[-1] - levels[-2])

    def draw(width: int, height: int) -> Drawing:
        canvas = Canvas(width, height, (0, MONTHS), (0, levels[-1] or 1), left=72, right=24, bottom=38)
        canvas.grid(levels, _thousands)
        every = 2 if width > 500 else 4
        canvas.below([(n, f"{months[n]:%b}") for n in range(0, MONTHS + 1, every)])
        canvas.line([(0, budget / 100), (MONTHS, 0)], stroke=QUIET, stroke_width=2, stroke_dasharray="7 6")
        canvas.line([(n, value / 100) for n, value in enumerate(unspent)], stroke=GREEN, stroke_width=4)
        canvas.line([(n, value / 100) for n, value in enumerate(free)], stroke=BLUE, stroke_width=4)
        for n, value in enumerate(free):
            canvas.add("circle", cx=canvas.x(n), cy=canvas.y(value / 100), r=4, fill=BLUE)
        for n, value in enumerate(unspent):
            at, level = canvas.x(n), canvas.y(value / 100)
            canvas.add("rect", x=at - 4, y=level - 4, width=8, height=8, fill=GREEN)
        return canvas.done()

    return Chart(
        name=f"The Fund in {year.position.label}",
        words=f"Of {pounds(budget)} in {year.position.label}, {pounds(unspent[-1])} is not yet spent and "
        f"{pounds(free[-1])} is free to commission with.",
        drawn=both(draw),
        headings=("At the end of", "Free", "Not yet spent"),
        rows=(
            ("Start", pounds(free[0]), pounds(unspent[0])),
            *((f"{months[n - 1]:%B %Y}", pounds(free[n]), pounds(unspent[n])) for n in range(1, len(free))),
        ),
        legend=(("dot", BLUE, "Free"), ("box", GREEN, "Not yet spent"), ("dash", QUIET, "Spent evenly")),
    )


def _month(starts: date, n: int) -> date:
    month = starts.month - 1 + n
    return date(starts.year + month // 12, month % 12 + 1, 1)


def _thousands(value: float) -> str:
    return f"£{value / 1000:g}k" if value >= 1000 else f"£{value:g}"
