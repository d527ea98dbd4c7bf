"""A first target for a measure, for school and provider to change: halfway from the baseline to the reference."""


def first_target(baseline: float, reference: float | None, unit: str, higher_is_better: bool) -> float:
    """Halfway to the reference, at least 3 points in the better direction, to one decimal; a percentage stays in 0 to
    100.

    Without a reference, or at one that is already passed, three points better than the baseline.
    """
    direction = 1.0 if higher_is_better else -1.0
    gap = 0.0 if reference is None else (reference - baseline) * direction / 2
    least = 3.0 if unit == "percent" else 0.5
    target = round(baseline + direction * max(gap, least), 1)
    return min(100.0, max(0.0, target)) if unit == "percent" else target
