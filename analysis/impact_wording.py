"""What became of one measure, in a sentence or three that a head and a Board member can both read."""

from dataclasses import dataclass

from analysis.differences import Difference
from analysis.expectation import MOST_YEARS
from analysis.verdict import Verdict
from rules.figure_words import MINUS, signed
from rules.small_numbers import SMALLEST


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of one measure, as `analysis.impact` worked them out."""

    name: str
    percent: bool
    baseline: float
    latest: float | None
    target: float
    target_met: bool | None
    years: tuple[str, str] | None
    awaited: str | None
    pooled: int
    change: Difference | None
    expected: float | None
    effect: Difference | None
    certainty: float | None
    wanted: float | None
    told_after: int | None
    verdict: Verdict
    may_be_shown: bool


def measure_sentence(told: Told) -> str:
    """The change, the target, and what similar schools did; no figure at all where the pupils are too few to show."""
    if not told.may_be_shown:
        return f"{told.name}: fewer than {SMALLEST} pupils, so its figures are for the school alone."
    if told.latest is None:
        return f"{told.name}: nothing was reported at the end, so it cannot be told.{_awaited(told)}"
    unit = "%" if told.percent else ""
    reached = "reached" if told.target_met else "not reached"
    together = f"the {told.pooled} years to " if told.pooled > 1 else ""
    when = f" between {told.years[0]} and {together}{told.years[1]}" if told.years else ""
    said = f"{told.name} went from {figure(told.baseline)}{unit} to {figure(told.latest)}{unit}{when}"
    if told.change is not None:
        low, high = signed(told.change.lower), signed(told.change.upper)
        said += f", {signed(told.change.difference)} points (95% interval {low} to {high})"
    said += f"; the target of {figure(told.target)}{unit} was {reached}."
    if told.expected is None or told.effect is None:
        if told.awaited:
            return f"{said}{_awaited(told)}"
        return f"{said} Without enough comparable schools it cannot be told how much of that would have come anyway."
    return f"{said} {_against(told, told.expected, told.effect, unit)}{_how_long(told)}"


def _awaited(told: Told) -> str:
    if told.awaited is None:
        return ""
    return (
        f" Whether it would have come anyway cannot be told before the results of {told.awaited} are published for all "
        "schools."
    )


def _against(told: Told, expected: float, found: Difference, unit: str) -> str:
    words = {
        Verdict.BEYOND: "improved beyond expectation",
        Verdict.IN_LINE: "in line with expectation",
        Verdict.BELOW: "below expectation",
        Verdict.CANNOT_TELL: "too few pupils to tell",
    }[told.verdict]
    side = "better" if found.difference >= 0 else "worse"
    size = f"{figure(abs(found.difference))} points {side} than that ({signed(found.lower)} to {signed(found.upper)})"
    came = f"Schools with such a start came to about {figure(expected)}{unit} without support"
    return f"{came}: {size}, {words}{_sure(told)}."


def _sure(told: Told) -> str:
    """How sure, in words: odds that the school came out on this side by more than chance."""
    if told.certainty is None or told.verdict in (Verdict.CANNOT_TELL, Verdict.IN_LINE):
        return ""
    wrong = min(told.certainty, 1 - told.certainty)
    return f"; chance alone would do that less than once in {max(40, int(1 / max(wrong, 1e-3)) // 10 * 10):,}"


def _how_long(told: Told) -> str:
    if told.verdict is not Verdict.CANNOT_TELL or told.wanted is None:
        return ""
    wanted = f"An effect of {figure(told.wanted)} points"
    if told.told_after is None:
        return f" {wanted} could not be told from chance within {MOST_YEARS} years at a school of this size."
    years = f"{told.told_after} more year{'s' if told.told_after > 1 else ''}"
    return f" {wanted} could be told from chance after {years} of results."


def figure(value: float) -> str:
    """A figure with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0").replace("-", MINUS)
