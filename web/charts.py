"""The chart of a measure: its plan as a dashed line, what was reported as points. A template draws it as SVG."""

from dataclasses import dataclass

from queries.cases import MeasureLine

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 60, 70, 20, 40


@dataclass(frozen=True, slots=True)
class Chart:
    """Places in the drawing. `words` says the same in a sentence; `rows` are the figures as a table."""

    name: str
    words: str
    grid: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str], ...]
    plan: str
    actual: str
    points: tuple[tuple[float, float], ...]
    last: tuple[float, float, str] | None
    target_y: float
    rows: tuple[tuple[str, str, str], ...]


def chart_of(measure: MeasureLine) -> Chart:
    """The chart of one measure, from its baseline through each half term reported to its target."""
    steps = max(len(measure.reported) + 1, 4)
    values = [measure.baseline, measure.target, *(value for _, value in measure.reported)]
    low, high = min(values), max(values)
    room = max((high - low) * 0.15, 1.0)
    low, high = low - room, high + room

    def x(step: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * step / (steps - 1), 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    unit = "%" if measure.unit == "percent" else ""
    planned = [measure.baseline + (measure.target - measure.baseline) * n / (steps - 1) for n in range(steps)]
    points = [(x(0), y(measure.baseline)), *((x(n), y(value)) for n, (_, value) in enumerate(measure.reported, 1))]
    now = f"{measure.latest:g}{unit} now" if measure.latest is not None else "nothing reported yet"
    return Chart(
        name=measure.name,
        words=f"{measure.name}: {measure.baseline:g}{unit} at the start, {now}, target {measure.target:g}{unit} by "
        f"{measure.target_on.day} {measure.target_on:%B %Y}.",
        grid=tuple((y(value), f"{value:.0f}{unit}") for value in _ticks(low, high)),
        labels=((x(0), "Start"), *((x(n), name) for n, (name, _) in enumerate(measure.reported, 1))),
        plan=" ".join(f"{x(n)},{y(value)}" for n, value in enumerate(planned)),
        actual=" ".join(f"{a},{b}" for a, b in points),
        points=tuple(points),
        last=(*points[-1], f"{measure.reported[-1][1]:g}{unit}") if measure.reported else None,
        target_y=y(measure.target),
        rows=(
            ("Start", f"{measure.baseline:g}{unit}", ""),
            *((name, f"{value:g}{unit}", "") for name, value in measure.reported),
            ("Target", "", f"{measure.target:g}{unit}"),
        ),
    )


def _ticks(low: float, high: float) -> list[float]:
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50, 100) if (high - low) / s <= 5)
    first = int(low // step) + 1
    return [n * step for n in range(first, int(high // step) + 1)]
