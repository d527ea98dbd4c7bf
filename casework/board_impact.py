"""Feedback to the Board: what the support did, in plain words with its numbers [4.6]."""

from datetime import date

from sqlalchemy.orm import Session

from analysis.programme import GroupEffect
from casework.gaps import GapChange
from casework.programme import By, Line, Programme, programmes
from config.settings import settings
from papers.impact import BoardImpact, ImpactRow, ImpactTable
from papers.workbook import Cell, Sheet
from papers.workbook import pounds as amount
from rules.eligibility import pounds
from rules.figure_words import signed

WORDS = {
    By.THEME: "theme",
    By.PROVIDER: "provider",
    By.CLUSTER: "family cluster",
    By.ALLIANCE: "alliance",
    By.YEAR: "Fund year",
}
NAMELESS = (By.THEME, By.YEAR)
"""What can be told in public: no provider or place is named by it."""
HEADINGS = (
    "Group", "Cases", "Over", "Compared", "Points", "Lower", "Upper", "Stands apart", "Schools with a gap",
    "Gap narrowed",
    "Gap lower", "Gap upper", "Cost", "Cost a case", "Cost a point",
    "Updates on time", "Late", "Missed", "In words",
)  # fmt: skip
"""What the programme's table for a spreadsheet has: more than fits on a page."""


def board_impact(session: Session, as_of: date) -> BoardImpact:
    """What the support did up to a day, for the Board's papers, its page and the command line. Reads only."""
    found = programmes(session, as_of)
    return BoardImpact(
        council=settings().council_name,
        as_of=as_of,
        sentences=(*_sentences(found[0].whole), *_gaps(found[0])),
        apart=_apart(found),
        whole=row_of(found[0].whole),
        tables=tuple(
            ImpactTable(WORDS[one.by], tuple(row_of(line) for line in one.groups), one.by not in NAMELESS)
            for one in found
        ),
    )


def row_of(line: Line) -> ImpactRow:
    """A group as plain values."""
    effect = line.effect
    return ImpactRow(
        name=line.name,
        cases=line.cases,
        evaluated=line.evaluated,
        points=effect.points if effect else None,
        lower=effect.lower if effect else None,
        upper=effect.upper if effect else None,
        stands_out=effect.stands_out if effect else 0,
        pence_a_case=line.pence_a_case,
        pence_a_point=line.pence_a_point,
        on_time=line.updates.on_time,
        late=line.updates.late,
        missed=line.updates.missed,
        narrowed=line.narrowed.points if line.narrowed else None,
        narrowed_lower=line.narrowed.lower if line.narrowed else None,
        narrowed_upper=line.narrowed.upper if line.narrowed else None,
        words=line.all_words,
    )


def table(found: Programme) -> Sheet:
    """The programme divided by one thing as a table for a spreadsheet: the whole, then its groups."""
    return Sheet(f"Impact by {found.by}", HEADINGS, [_cells(line) for line in (found.whole, *found.groups)])


def _cells(line: Line) -> list[Cell]:
    effect, gap = line.effect, line.narrowed
    return [
        *(line.name, line.cases, line.ended, line.evaluated),
        *_figures(effect),
        {1: "better", -1: "worse"}.get(effect.stands_out if effect else 0, ""),
        line.gap_schools,
        *_figures(gap),
        *(amount(line.pence), amount(line.pence_a_case)),
        None if line.pence_a_point is None else amount(line.pence_a_point),
        *(line.updates.on_time, line.updates.late, line.updates.missed, line.all_words),
    ]


def _figures(effect: GroupEffect | None) -> list[float | None]:
    return [round(v, 1) for v in (effect.points, effect.lower, effect.upper)] if effect else [None] * 3


def _sentences(whole: Line) -> tuple[str, ...]:
    if not whole.cases:
        return ("No support has begun yet.",)
    said = [
        (
            f"Support has begun for {_cases(whole.cases)}, {whole.ended} of which are over; it costs the Fund "
            f"{pounds(whole.pence)}, {pounds(whole.pence_a_case)} a case."
        ),
        _of_the_ended(whole),
    ]
    if whole.effect is not None:
        said.append(
            f"{whole.beyond} of {whole.evaluated} came out above what was to be expected; half would by chance alone."
        )
        if whole.pence_a_point is None:
            said.append("What a point has cost is not said: an effect that may be chance has no price.")
    due = whole.updates.due
    if due:
        said.append(
            f"Of {due} impact updates that have fallen due, {whole.updates.on_time} came on time, {whole.updates.late} "
            f"late and {whole.updates.missed} not at all."
        )
    return tuple(said)


def _gaps(found: Programme) -> tuple[str, ...]:
    said = [_gap(one) for one in found.gaps]
    return (*said, found.whole.gap_words) if found.whole.gap_words else tuple(said)


def _gap(one: GapChange) -> str:
    return (
        f"At {one.schools} supported schools that publish both groups disadvantaged pupils were {one.before:.1f} "
        f"points behind the others in {one.years[0]} and {one.after:.1f} in {one.years[1]}."
    )


def _apart(found: tuple[Programme, ...]) -> str:
    if found[0].whole.effect is None:
        return ""
    out = [
        f"{line.name} ({WORDS[one.by]}, {signed(line.effect.points)})"
        for one in found
        for line in one.groups
        if line.effect is not None and line.effect.stands_out
    ]
    if not out:
        return "No theme, provider, cluster, alliance or year stands apart from the rest by more than chance."
    return f"Apart from the rest by more than chance: {', '.join(out)}."


def _of_the_ended(whole: Line) -> str:
    if not whole.ended:
        return "None is over yet, so nothing can be said of what it did."
    together = "Together they came out " if whole.effect is not None else ""
    return (
        f"Of {whole.ended} that are over, {whole.evaluated} can be held against similar schools without support. "
        f"{together}{whole.words}"
    )


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"
