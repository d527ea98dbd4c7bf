"""The chart of a measure in a plan: the plan as a dashed line, what was reported as points."""

from math import ceil

from queries.cases import MeasureLine
from rules.figure_words import figure
from rules.small_numbers import SMALLEST
from web.drawing import BLUE, QUIET, Canvas, Chart, Drawing, both, ticks

WITHHELD = f"Withheld: fewer than {SMALLEST} pupils"


def chart_of(measure: MeasureLine) -> Chart:
    """The chart of one measure, from its baseline through each half term reported to its target."""
    steps = max(len(measure.reported) + 2, 5)
    shown = [(n, name, value) for n, (name, value) in enumerate(measure.reported, 1) if value is not None]
    baseline = measure.baseline if measure.baseline is not None else measure.target
    values = [baseline, measure.target, *(value for _, _, value in shown)]
    room = max((max(values) - min(values)) * 0.15, 1.0)
    low, high = min(values) - room, max(values) + room
    unit = measure.unit

    def said(value: float | None) -> str:
        return WITHHELD if value is None else figure(value, unit)

    def draw(width: int, height: int) -> Drawing:
        canvas = Canvas(width, height, (0, steps - 1), (low, high), left=52, right=52, bottom=38)
        canvas.grid(ticks(low, high, 6 if width > 500 else 5), lambda value: figure(value, unit))
        names = ["Start", *(name for name, _ in measure.reported)]
        if width < 500:
            names = [_short(name) for name in names]
        every = ceil((40 if width < 500 else 72) / (canvas.x(1) - canvas.x(0)))
        places = [(float(n), name) for n, name in enumerate(names) if n % every == 0 and n < steps - every]
        ends = f"{measure.target_on:%b}" if width < 500 else f"{measure.target_on:%b %Y}"
        canvas.below([*places, (float(steps - 1), ends)])
        canvas.line(
            [(n, baseline + (measure.target - baseline) * n / (steps - 1)) for n in range(steps)],
            stroke=QUIET,
            stroke_width=3,
            stroke_dasharray="7 6",
        )
        canvas.add("text", "Plan", x=width - 46, y=canvas.y(measure.target) + 6, fill=QUIET)
        points = [(0.0, baseline), *((float(n), value) for n, _, value in shown)]
        if measure.baseline is not None:
            if len(points) > 1:
                canvas.line(points, stroke=BLUE, stroke_width=4)
            for at, value in points:
                canvas.add("circle", cx=canvas.x(at), cy=canvas.y(value), r=6, fill=BLUE)
        if shown:
            at, _, value = shown[-1]
            # Beside the line and not on it: above where it runs above the plan's, else below.
            ahead = value > baseline + (measure.target - baseline) * at / (steps - 1)
            canvas.add(
                "text",
                f"Actual {said(value)}",
                x=canvas.x(at) + (10 if at < steps - 2 else 4),
                y=canvas.y(value) + (-14 if ahead else 26),
                fill=BLUE,
                font_weight="bold",
            )
        return canvas.done()

    now = f"{said(measure.latest)} now" if shown and measure.latest is not None else "nothing reported yet"
    if measure.reported and not shown:
        now = "the figures reported are withheld, being of few pupils"
    return Chart(
        name=measure.name,
        words=f"{measure.name}: {said(measure.baseline)} at the start, {now}, target {said(measure.target)} by "
        f"{measure.target_on.day} {measure.target_on:%B %Y}.",
        drawn=both(draw, height=280, narrow_height=240),
        headings=("Half term", "Reported", "Planned"),
        rows=(
            ("Start", said(measure.baseline), said(measure.baseline)),
            *(
                (name, said(value), said(round(baseline + (measure.target - baseline) * n / (steps - 1), 1)))
                for n, (name, value) in enumerate(measure.reported, 1)
            ),
            (f"{measure.target_on.day} {measure.target_on:%B %Y}", "", said(measure.target)),
        ),
    )


def _short(name: str) -> str:
    """Autumn 1 as Aut 1: what fits on a phone."""
    word, _, number = name.partition(" ")
    return f"{word[:3]} {number}" if number else name
