"""From observations to arrays: which figures may be used, and how far each is from its reference."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np
from numpy.typing import NDArray

from analysis import funnel
from analysis.evidence import IdentificationPolicy, Observation, Reference
from analysis.gap import definition_of
from rules.errors import Refused
from rules.measures import WHOLE_OF, MeasureDefinition, MeasureKind

Floats = NDArray[np.float64]
References = Mapping[tuple[str, str], Reference]
Row = tuple[int, str, float, float, float, float]


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """One measure, one row a school and year, ordered by URN and then year; NaN where a figure is not known.

    `year` points into `years` (oldest first). `effect` is the distance from the reference on the scale of the test
    (arcsine for percentages, else the measure's own), NEGATIVE when worse; `chance` is its variance by chance, 0 where
    it is not known. `reference_of` holds the reference of each of `years`, `reference` its value for each row.
    """

    definition: MeasureDefinition
    years: tuple[str, ...]
    urn: NDArray[np.int64]
    year: NDArray[np.int64]
    value: Floats
    cohort: Floats
    lower: Floats
    upper: Floats
    reference_of: tuple[Reference, ...]
    reference: Floats
    effect: Floats
    chance: Floats
    pupil_variance: float  # of a mean without a published interval, for its limits; 0 when not known


def measure_tables(
    observations: Sequence[Observation],
    references: References,
    policy: IdentificationPolicy,
    *,
    not_mainstream: AbstractSet[int],
    pupils: Mapping[tuple[int, str], int],
) -> list[MeasureTable]:
    """A table for every measure that speaks to a theme, ordered by its code.

    Left out: values not published, schools that are `not_mainstream`, cohorts under `policy.smallest_cohort`, a part
    whose remainder (the whole cohort less it) is 1 to one less than that, and years before the latest `policy.years`.
    Where a row has no cohort, `pupils` of its school and year is taken for measures of all pupils. A year without a
    reference is compared with the schools' own middle, a published progress score with 0.
    Refused: a percentage outside 0 to 100, a figure that is no number, the same school, measure and year twice.
    """
    tables = []
    for measure, rows in sorted(_rows(observations, policy, not_mainstream, pupils).items()):
        definition = definition_of(measure)
        assert definition is not None
        tables.append(_table(definition, rows, references, policy))
    return tables


def _rows(
    observations: Iterable[Observation],
    policy: IdentificationPolicy,
    not_mainstream: AbstractSet[int],
    pupils: Mapping[tuple[int, str], int],
) -> dict[str, list[Row]]:
    judged: dict[str, MeasureDefinition | None] = {}
    kept: dict[str, list[Row]] = {}
    wholes: dict[tuple[str, int, str], int] = {}
    whole_measures = frozenset(WHOLE_OF.values())
    for seen in observations:
        measure = seen.measure
        if measure not in judged:
            found = definition_of(measure)
            judged[measure] = found if found and found.theme and found.kind is not MeasureKind.COUNT else None
            kept.setdefault(measure, [])
        definition = judged[measure]
        cohort = seen.cohort
        if measure in whole_measures and cohort is not None:
            wholes[measure, seen.urn, seen.year] = cohort
        if definition is None or seen.value is None or seen.urn in not_mainstream:
            continue
        if cohort is None and definition.stage == "all":
            cohort = pupils.get((seen.urn, seen.year))
        if cohort is not None and cohort < policy.smallest_cohort:
            continue
        _check(seen, seen.value, definition)
        size = nan if cohort is None else float(cohort)
        published = seen.lower is not None and seen.upper is not None
        kept[measure].append(
            (
                seen.urn,
                seen.year,
                seen.value,
                size,
                nan if not published or seen.lower is None else seen.lower,
                nan if not published or seen.upper is None else seen.upper,
            )
        )
    for part, whole in WHOLE_OF.items():
        if part in kept:
            kept[part] = [
                row
                for row in kept[part]
                if not 0 < wholes.get((whole, row[0], row[1]), 0) - row[3] < policy.smallest_cohort
            ]
    return {measure: rows for measure, rows in kept.items() if rows}


def _check(seen: Observation, value: float, definition: MeasureDefinition) -> None:
    outside = definition.kind is MeasureKind.PROPORTION and not 0 <= value <= 100
    if outside or not isfinite(value):
        raise Refused(f"School {seen.urn}, {seen.measure}, {seen.year}: {value} is not a value this measure can have.")


def _table(
    definition: MeasureDefinition, rows: list[Row], references: References, policy: IdentificationPolicy
) -> MeasureTable:
    years = tuple(sorted({row[1] for row in rows}))[-policy.years :]
    place = {year: index for index, year in enumerate(years)}
    rows = [row for row in rows if row[1] in place]
    urn = np.array([row[0] for row in rows], dtype=np.int64)
    year = np.array([place[row[1]] for row in rows], dtype=np.int64)
    numbers = np.array([row[2:] for row in rows], dtype=np.float64).reshape(-1, 4)
    order = np.lexsort((year, urn))
    urn, year, numbers = urn[order], year[order], numbers[order]
    twice = np.flatnonzero((urn[1:] == urn[:-1]) & (year[1:] == year[:-1]))
    if twice.size:
        at = int(twice[0])
        raise Refused(f"School {urn[at]}, {definition.code}, {years[year[at]]}: given twice.")
    value, cohort, lower, upper = numbers.T
    compared = tuple(
        references.get((definition.code, name))
        or _own_reference(definition, value[year == index], cohort[year == index])
        for index, name in enumerate(years)
    )
    reference = np.array([r.value for r in compared])[year]
    effect, chance, pupil_variance = _effect(definition.kind, numbers, reference)
    if not definition.higher_is_better:
        effect = -effect
    return MeasureTable(
        definition, years, urn, year, value, cohort, lower, upper, compared, reference, effect, chance, pupil_variance
    )


def _own_reference(definition: MeasureDefinition, value: Floats, cohort: Floats) -> Reference:
    if definition.kind is MeasureKind.INTERVAL and definition.higher_is_better:
        return Reference(0.0, None, "nationally")  # progress scores are built to average 0 over the country
    known = ~np.isnan(cohort)
    if known.any():
        pooled = float(np.average(value[known], weights=cohort[known]))
        return Reference(pooled, int(cohort[known].sum()), "over all these schools")
    return Reference(float(np.median(value)), None, "in the middle school of these")


def _effect(kind: MeasureKind, numbers: Floats, reference: Floats) -> tuple[Floats, Floats, float]:
    value, cohort, lower, upper = numbers.T
    sized = ~np.isnan(cohort)
    if kind is MeasureKind.PROPORTION:
        safe = np.where(sized, cohort, 1.0)
        there = np.where(sized, funnel.arcsine(value, safe), funnel.arcsine(value))
        return there - funnel.arcsine(reference), np.where(sized, funnel.arcsine_variance(safe), 0.0), 0.0
    effect = value - reference
    pupil_variance = funnel.pupil_variance(effect[sized], cohort[sized])
    by_size = np.where(sized, pupil_variance / np.where(sized, cohort, 1.0), 0.0)
    published = ~np.isnan(lower) & ~np.isnan(upper)
    chance = np.where(published, funnel.published_variance(lower, upper), by_size)
    return effect, chance, pupil_variance
