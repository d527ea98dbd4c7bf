"""What the support did, for the Board: plain values, and the same as Markdown and as a page to print."""

from dataclasses import dataclass, replace
from datetime import date
from html import escape

from papers.markdown import as_text
from rules.day_words import in_words
from rules.eligibility import pounds
from rules.figure_words import signed
from rules.visible_text import visible

HEADINGS = (
    "", "Cases", "Compared", "Points", "95% interval", "Gap narrowed", "Cost a case", "Cost a point", "On time", "Late",
    "Missed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImpactRow:
    """One group of cases. `points`, `lower` and `upper` are None where nothing can be told, and so are those of
    the gap `narrowed`; money in pence."""

    name: str
    cases: int
    evaluated: int
    points: float | None
    lower: float | None
    upper: float | None
    stands_out: int
    pence_a_case: int
    pence_a_point: int | None
    on_time: int
    late: int
    missed: int
    narrowed: float | None
    narrowed_lower: float | None
    narrowed_upper: float | None
    words: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it is shown, under `HEADINGS`."""
        told = self.points is not None and self.lower is not None and self.upper is not None
        return (
            self.name,
            str(self.cases),
            str(self.evaluated),
            points(self.points) if told else "–",
            f"{points(self.lower)} to {points(self.upper)}" if told else "–",
            self.gap_cell,
            pounds(self.pence_a_case),
            pounds(self.pence_a_point) if self.pence_a_point is not None else "–",
            str(self.on_time),
            str(self.late),
            str(self.missed),
        )

    @property
    def gap_cell(self) -> str:
        """By how much more the gap of disadvantaged pupils narrowed than without support, with its interval."""
        if self.narrowed is None:
            return "–"
        return f"{points(self.narrowed)} ({points(self.narrowed_lower)} to {points(self.narrowed_upper)})"


@dataclass(frozen=True, slots=True)
class ImpactTable:
    """The programme divided by one thing: `by` in words ("theme"). `names_who`: its rows are providers or places, which
    the public part of the Board's papers leaves out."""

    by: str
    rows: tuple[ImpactRow, ...]
    names_who: bool


@dataclass(frozen=True, slots=True)
class BoardImpact:
    """The page for the Board. `sentences` say it in plain words and name nobody; `apart` says which groups stand apart
    from the rest by more than chance, by name, and is empty where nothing can be told."""

    council: str
    as_of: date
    sentences: tuple[str, ...]
    apart: str
    whole: ImpactRow
    tables: tuple[ImpactTable, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """All that is said in words, for those who may read names."""
        return (*self.sentences, self.apart) if self.apart else self.sentences

    def nameless(self) -> "BoardImpact":
        """What the public may read of it."""
        return replace(self, apart="", tables=tuple(one for one in self.tables if not one.names_who))


def points(value: float | None) -> str:
    """A number of points with its sign."""
    return "–" if value is None else signed(value)


def to_markdown(view: BoardImpact) -> str:
    """The page as Markdown."""
    lines = [f"# What the support did, {in_words(view.as_of)}", "", *(f"{as_text(one)}\n" for one in view.paragraphs)]
    for table in view.tables:
        lines += [f"## By {table.by}", "", _md_row(HEADINGS), _md_row(["---"] * len(HEADINGS))]
        lines += [_md_row([as_text(cell) for cell in row.cells]) for row in (view.whole, *table.rows)]
        lines += ["", *(f"- {as_text(row.name)}: {as_text(row.words)}" for row in table.rows if row.stands_out), ""]
    return "\n".join(lines).rstrip() + "\n"


def to_html(view: BoardImpact) -> str:
    """The page as HTML that stands alone: its own styles, a chart and a table for each division, made to be printed."""
    body = [f"<h1>What the support did, {_e(in_words(view.as_of))}</h1>", f"<p class=who>{_e(view.council)}</p>"]
    body += [f"<p>{_e(one)}</p>" for one in view.paragraphs]
    for table in view.tables:
        rows = (view.whole, *table.rows)
        head = "".join(f"<th scope=col>{_e(one) or 'Group'}</th>" for one in HEADINGS)
        cells = "".join(
            f"<tr><th scope=row>{_e(row.cells[0])}</th>{''.join(f'<td>{_e(one)}</td>' for one in row.cells[1:])}</tr>"
            for row in rows
        )
        body.append(
            f"<section><h2>By {_e(table.by)}</h2>{svg(rows)}<table><caption>By {_e(table.by)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table></section>"
        )
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>What the support did</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def svg(rows: tuple[ImpactRow, ...]) -> str:
    """Each group's effect as a point with its interval, 0 being what would have come anyway; empty without any."""
    told = [row for row in rows if row.lower is not None and row.upper is not None and row.points is not None]
    if not told:
        return ""
    low = min(-1.0, *(row.lower for row in told if row.lower is not None))
    high = max(1.0, *(row.upper for row in told if row.upper is not None))
    left, width, step = 200, 640, 26

    def x(value: float) -> str:
        return f"{left + (width - left - 20) * (value - low) / (high - low):.1f}"

    height = step * len(told) + 34
    said = "; ".join(f"{row.name} {row.cells[3]} ({row.cells[4]})" for row in told)
    parts = [
        f'<svg role="img" viewBox="0 0 {width} {height}" aria-label="{_e("Points against similar schools: " + said)}">',
        f'<line x1="{x(0)}" x2="{x(0)}" y1="4" y2="{height - 26}" stroke="#484949" stroke-dasharray="4 3"/>',
        f'<text x="{x(0)}" y="{height - 8}" text-anchor="middle">0: as without support</text>',
    ]
    for number, row in enumerate(told):
        y = step * number + 18
        name = row.name if len(row.name) <= 23 else f"{row.name[:22]}…"
        parts += [
            f'<text x="{left - 10}" y="{y + 5}" text-anchor="end">{_e(name)}</text>',
            f'<line x1="{x(row.lower or 0.0)}" x2="{x(row.upper or 0.0)}" y1="{y}" y2="{y}" stroke="#1d70b8"/>',
            f'<circle cx="{x(row.points or 0.0)}" cy="{y}" r="5" fill="#0b0c0c"/>',
        ]
    return "".join([*parts, "</svg>"])


def _md_row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _e(words: str) -> str:
    return escape(visible(words))


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "svg{width:100%;font-size:14px}line{stroke-width:3}table{border-collapse:collapse;width:100%;font-size:14px}"
    "caption{text-align:left;font-weight:bold}th,td{border-bottom:1px solid #b1b4b6;padding:.3rem;text-align:left}"
    "section{break-inside:avoid}@media(max-width:40rem){table{display:block;overflow-x:auto}}@page{margin:18mm}"
)
