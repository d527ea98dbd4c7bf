"""Effects as points with their intervals, a row a group: what is right of the upright line is better than without
support."""

from papers.impact import HEADINGS, ImpactRow, ImpactTable, points
from web.drawing import BLUE, INK, QUIET, Canvas, Chart, Drawing, both, ticks

ROW, ROW_BELOW_ITS_NAME = 40, 52
LONGEST, LONGEST_NARROW, LONGEST_ABOVE = 20, 30, 70
"""Letters of a name that stand beside a row, and above it on a narrow and on a wide page."""


def effect_chart(table: ImpactTable, whole: ImpactRow) -> Chart | None:
    """The chart of one division of the programme; None where nothing can be told of any group."""
    rows = [row for row in (whole, *table.rows) if row.points is not None]
    if not rows:
        return None
    low = min(-5.0, *(row.lower for row in rows if row.lower is not None))
    high = max(5.0, *(row.upper for row in rows if row.upper is not None))

    long = any(len(row.name) > LONGEST for row in rows)  # two providers cut to "School Improvement …" are one

    def draw(width: int, height: int) -> Drawing:
        narrow = width < 500
        above = narrow or long
        canvas = Canvas(width, height, (low, high), (0.0, float(len(rows))), left=16 if above else 220, bottom=48)
        for value in ticks(low, high, 4 if narrow else 8):
            canvas.add(
                "text",
                points(value) if value else "0",
                x=canvas.x(value),
                y=height - 24,
                text_anchor="middle",
                fill=INK,
            )
        zero = canvas.x(0.0)
        if not above:
            canvas.add("line", x1=zero, x2=zero, y1=canvas.top, y2=height - 44, stroke=QUIET, stroke_dasharray="6 4")
        canvas.add("text", "points against similar schools", x=width / 2, y=height - 4, text_anchor="middle", fill=INK)
        for number, row in enumerate(rows):
            middle = canvas.y(len(rows) - number - 0.5) + (10 if above else 0)
            if above:  # the upright line would go through the names
                canvas.add(
                    "line", x1=zero, x2=zero, y1=middle - 8, y2=middle + 20, stroke=QUIET, stroke_dasharray="6 4"
                )
                name = _short(row.name, LONGEST_NARROW if narrow else LONGEST_ABOVE)
                canvas.add("text", name, x=16, y=middle - 12, fill=INK)
            else:
                canvas.add("text", _short(row.name, LONGEST), x=208, y=middle + 6, text_anchor="end", fill=INK)
            canvas.add(
                "line",
                x1=canvas.x(row.lower or 0.0),
                x2=canvas.x(row.upper or 0.0),
                y1=middle,
                y2=middle,
                stroke=BLUE,
                stroke_width=4,
            )
            canvas.add("circle", cx=canvas.x(row.points or 0.0), cy=middle, r=6, fill=INK)
        return canvas.done()

    told = "; ".join(f"{row.name} {points(row.points)} ({points(row.lower)} to {points(row.upper)})" for row in rows)
    return Chart(
        name=f"Effect by {table.by}",
        words=f"Points against similar schools without support, with 95% intervals: {told}.",
        drawn=both(
            draw,
            height=70 + (ROW_BELOW_ITS_NAME if long else ROW) * len(rows),
            narrow_height=80 + ROW_BELOW_ITS_NAME * len(rows),
        ),
        headings=("Group", *HEADINGS[1:]),
        rows=tuple(row.cells for row in (whole, *table.rows)),
        legend=(("dot", INK, "what is most likely"), ("line", BLUE, "95% interval"), ("dash", QUIET, "as without")),
    )


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
