"""The gap within a school: disadvantaged pupils against its own other pupils, as a measure of its own."""

from collections.abc import Iterable, Mapping

from analysis.differences import difference_interval
from analysis.evidence import Observation, Reference
from rules.measures import CATALOGUE, MeasureDefinition, MeasureKind, Unit

WITHIN_SCHOOL_GAP = MeasureDefinition(
    "ks2_rwm_gap",
    "Key stage 2: other pupils less disadvantaged pupils of the same school, at the expected standard",
    MeasureKind.INTERVAL,
    Unit.POINTS,
    "KS2",
    "attainment-gap",
    higher_is_better=False,
)

DISADVANTAGED, OTHERS = "ks2_rwm_exp_dis", "ks2_rwm_exp_other"


def definition_of(measure: str) -> MeasureDefinition | None:
    """The definition of a published or derived measure; None for a code that nobody knows."""
    return WITHIN_SCHOOL_GAP if measure == WITHIN_SCHOOL_GAP.code else CATALOGUE.get(measure)


def gap_observations(observations: Iterable[Observation], smallest: int) -> list[Observation]:
    """One gap per school and year that published both groups, each of at least `smallest` pupils.

    Value: percentage points, others less disadvantaged (positive: disadvantaged pupils are behind); interval:
    Newcombe's for two proportions, so that both cohorts count; cohort: that of the disadvantaged. In order of input.
    """
    groups: dict[tuple[int, str], dict[str, Observation]] = {}
    for seen in observations:
        if seen.measure in (DISADVANTAGED, OTHERS) and seen.value is not None and (seen.cohort or 0) >= smallest:
            groups.setdefault((seen.urn, seen.year), {})[seen.measure] = seen
    found = []
    for (urn, year), pair in groups.items():
        if len(pair) < 2:
            continue
        behind, ahead = pair[DISADVANTAGED], pair[OTHERS]
        assert behind.value is not None
        assert ahead.value is not None
        assert behind.cohort is not None
        assert ahead.cohort is not None
        gap = difference_interval(behind.value, behind.cohort, ahead.value, ahead.cohort)
        found.append(
            Observation(urn, WITHIN_SCHOOL_GAP.code, year, gap.difference, behind.cohort, gap.lower, gap.upper)
        )
    return found


def gap_references(references: Mapping[tuple[str, str], Reference]) -> dict[tuple[str, str], Reference]:
    """The reference's own gap for each year that has both groups: what the gap within a school is compared with."""
    found = {}
    for (measure, year), behind in references.items():
        ahead = references.get((OTHERS, year))
        if measure == DISADVANTAGED and ahead is not None:
            key = (WITHIN_SCHOOL_GAP.code, year)
            found[key] = Reference(ahead.value - behind.value, behind.cohort, behind.source)
    return found
