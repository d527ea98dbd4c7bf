"""A funnel plot: each school at its number of pupils and its figure, between the limits that chance alone sets.

Spiegelhalter DJ (2005) Funnel plots for comparing institutional performance. Statistics in Medicine 24:1185–1202.
"""

from itertools import pairwise

import numpy as np

from analysis.funnel import Limits, normal_limits, proportion_limits
from queries.funnel import Dot, FunnelData
from rules.figure_words import figure
from rules.measures import MeasureKind
from rules.small_numbers import SMALLEST
from web.drawing import BLUE, INK, QUIET, RED, Canvas, Chart, Drawing, both, ticks

POINTS = 60
MOST_LINKS = 400
Z95 = 1.959964


def funnel_chart(data: FunnelData) -> Chart:
    """The plot of one measure; each dot leads to its school, which the table names too."""
    largest = max((dot.cohort for dot in data.dots), default=10)
    cohorts = np.unique(np.linspace(SMALLEST, max(largest * 1.05, SMALLEST + 4), POINTS).round())
    inner, outer = _limits(data, cohorts, 0.95), _limits(data, cohorts, 0.998)
    values = [dot.value for dot in data.dots]
    low, high = min([data.reference, *values]), max([data.reference, *values])
    room = max((high - low) * 0.08, 1.0)
    low, high = low - room, high + room
    if data.is_percent:
        low, high = max(low, 0.0), min(high, 100.0)
    unit = "percent" if data.is_percent else ""
    linked = len(data.dots) <= MOST_LINKS

    def draw(width: int, height: int) -> Drawing:
        canvas = Canvas(width, height, (0, float(cohorts[-1])), (low, high), left=52, right=20, bottom=56)
        canvas.grid(ticks(low, high, 5), lambda value: figure(value, unit))
        canvas.below([(value, f"{value:g}") for value in ticks(0, float(cohorts[-1]), 5 if width > 500 else 4)], up=22)
        canvas.add("text", "Pupils", x=width - 20, y=height - 8, text_anchor="end", fill=QUIET)
        for limits, dash, thick in ((inner, "7 5", 2), (outer, "2 4", 2)):
            for edge in (limits.lower, limits.upper):
                for part in _inside(cohorts, edge, low, high):
                    canvas.line(part, stroke=QUIET, stroke_width=thick, stroke_dasharray=dash)
        canvas.line([(0, data.reference), (float(cohorts[-1]), data.reference)], stroke=INK, stroke_width=2)
        if not linked:  # one mark for all of a large county: each by itself would weigh more than the rest of the page
            plain = [f"M{canvas.x(dot.cohort)} {canvas.y(dot.value)}h0" for dot in data.dots if not dot.is_priority]
            drawn = [_diamond(canvas, dot) for dot in data.dots if dot.is_priority]
            one = "".join(plain) or "M0 0"
            canvas.add("path", d=one, stroke=BLUE, stroke_width=10, stroke_linecap="round", stroke_opacity="0.75")
            canvas.add("path", d="".join(drawn) or "M0 0", fill=RED)
            return canvas.done()
        for dot in sorted(data.dots, key=lambda one: one.is_priority):
            title = f"{dot.name}: {figure(dot.value, unit)} of {dot.cohort} pupils"
            link = {"href": f"/schools/{dot.urn}", "title": title}
            if dot.is_priority:
                canvas.add("path", d=_diamond(canvas, dot), fill=RED, **link)
            else:
                at, level = canvas.x(dot.cohort), canvas.y(dot.value)
                canvas.add("circle", cx=at, cy=level, r=5, fill=BLUE, fill_opacity="0.75", **link)
        return canvas.done()

    outside = sum(dot.is_priority for dot in data.dots)
    missing = []
    if data.withheld:
        missing.append(f"{data.withheld} with fewer than {SMALLEST} pupils withheld")
    if data.unknown:
        missing.append(f"{data.unknown} not published")
    return Chart(
        name=data.name,
        words=f"{data.name}, {data.year}: {len(data.dots)} schools against {figure(data.reference, unit)} nationally; "
        f"{outside} {'is a priority' if outside == 1 else 'are priorities'} for this theme"
        f"{'; ' + ', '.join(missing) if missing else ''}.",
        drawn=both(draw, height=400, narrow_height=360),
        headings=("School", "Pupils", "Figure", "Priority"),
        rows=tuple(
            (
                dot.name,
                str(dot.cohort),
                figure(dot.value, unit),
                "Concern" if dot.is_concern else "Priority" if dot.is_priority else "",
            )
            for dot in sorted(data.dots, key=lambda one: (one.value, one.name), reverse=not data.higher_is_better)
        ),
        legend=(
            ("dot", BLUE, "School"),
            ("diamond", RED, "Priority for this theme"),
            ("line", INK, "Nationally"),
            ("dash", QUIET, "19 in 20 schools lie inside by chance alone"),
            ("dots", QUIET, "998 in 1,000 schools do"),
        ),
        has_links=linked,
    )


def _diamond(canvas: Canvas, dot: Dot) -> str:
    at, level, r = canvas.x(dot.cohort), canvas.y(dot.value), 8 if dot.is_concern else 7
    return f"M{at} {level}m0-{r}l{r} {r}-{r} {r}-{r}-{r}z"


def _limits(data: FunnelData, cohorts: "np.typing.NDArray[np.float64]", coverage: float) -> Limits:
    if data.kind is MeasureKind.PROPORTION:
        return proportion_limits(cohorts, data.reference, coverage)
    # DfE's own intervals say how far chance moves one pupil's score: their half widths grow as 1 / √n.
    scales = [dot.error / Z95 * dot.cohort**0.5 for dot in data.dots if dot.error]
    one_pupil = float(np.median(scales)) if scales else 0.0
    return normal_limits(one_pupil / np.sqrt(cohorts), data.reference, coverage)


def _inside(
    cohorts: "np.typing.NDArray[np.float64]", edge: "np.typing.NDArray[np.float64]", low: float, high: float
) -> list[list[tuple[float, float]]]:
    """The parts of a limit that lie inside the drawing."""
    points = [(float(n), float(value)) for n, value in zip(cohorts, edge, strict=True)]
    parts: list[list[tuple[float, float]]] = []
    for first, second in pairwise(points):
        if low <= first[1] <= high and low <= second[1] <= high:
            if parts and parts[-1][-1] == first:
                parts[-1].append(second)
            else:
                parts.append([first, second])
    return parts
