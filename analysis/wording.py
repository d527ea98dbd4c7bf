"""The sentence of evidence that a head would accept: the figure, what it is compared with, and what chance allows."""

from dataclasses import dataclass

from analysis.gap import definition_of
from rules.measures import MeasureKind, Unit
from rules.small_numbers import may_count

# What pupils did, after "12 of 30 pupils (40%) …".
_DID = {
    "ks2_rwm_exp": "reached the expected standard in reading, writing and maths at key stage 2",
    "ks2_rwm_high": "reached the higher standard in reading, writing and maths at key stage 2",
    "ks2_read_exp": "reached the expected standard in reading at key stage 2",
    "ks2_writ_exp": "reached the expected standard in writing at key stage 2",
    "ks2_mat_exp": "reached the expected standard in maths at key stage 2",
    "ks2_gps_exp": "reached the expected standard in grammar, punctuation and spelling at key stage 2",
    "ks2_rwm_exp_dis": "reached the expected standard in reading, writing and maths at key stage 2",
    "ks2_rwm_exp_other": "reached the expected standard in reading, writing and maths at key stage 2",
    "ks4_basics_94": "gained English and maths GCSEs at grade 4 or above",
    "ks4_basics_95": "gained English and maths GCSEs at grade 5 or above",
    "ks4_basics_94_dis": "gained English and maths GCSEs at grade 4 or above",
    "absence_persistent": "missed 10% or more of their sessions",
}
# What the school's figure is called, after "In 2017-18 …".
_CALLED = {
    "ks2_read_progress": "the progress score in reading at key stage 2",
    "ks2_writ_progress": "the progress score in writing at key stage 2",
    "ks2_mat_progress": "the progress score in maths at key stage 2",
    "ks2_rwm_gap": "the gap between disadvantaged and other pupils in reading, writing and maths at key stage 2",
    "ks4_attainment8": "the Attainment 8 score",
    "ks4_progress8": "the Progress 8 score",
    "ks4_progress8_dis": "the Progress 8 score of disadvantaged pupils",
    "absence_overall": "overall absence",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What one sentence is made of. `years` has more than one when they are taken together; `limit` is the 95% or
    99.8% limit on the worse side that the value lies beyond, with its `odds` ("once in 1,000"), or None."""

    measure: str
    years: tuple[str, ...]
    value: float
    cohort: int | None
    reference: float
    source: str
    limit: float | None
    odds: str | None


def number(value: float, *, percent: bool) -> str:
    """A figure as it is printed: whole percent; scores with one decimal (two under 1, as Progress 8 is published)."""
    if percent:
        return f"{value:.0f}%"
    text = f"{value:.2f}" if abs(value) < 1 and round(value, 1) != round(value, 2) else f"{value:.1f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def school_sentence(figure: Figure, *, flagged: bool) -> str:
    """One sentence on one school and measure. A count of pupils is given only when it and the rest are 6 or more."""
    definition = definition_of(figure.measure)
    assert definition is not None
    percent = definition.unit is Unit.PERCENT
    side = "below" if definition.higher_is_better else "above"
    parts = [f"{_what(figure)}, against {number(figure.reference, percent=percent)} {figure.source}"]
    if figure.cohort is None and definition.kind is not MeasureKind.INTERVAL:
        parts.append("the number of pupils is not known, so it is judged by how much schools differ, not by chance")
    elif figure.limit is not None and figure.odds is not None:
        # A percentage or score on the limit itself would read as a contradiction: limits get one decimal when close.
        limit = _apart(figure.limit, figure.value, percent=percent)
        size = f" with {figure.cohort} pupils" if figure.cohort is not None else ""
        parts.append(f"by chance alone a school{size} would be {side} {limit} less than {figure.odds}")
    elif figure.cohort is not None:
        parts.append(f"for {figure.cohort} pupils chance alone could do that, but its other figures say the same")
    sentence = "; ".join(parts)
    if flagged and figure.limit is not None:
        sentence += ", and it is further out than schools ordinarily differ"
    return sentence + "."


def _apart(limit: float, value: float, *, percent: bool) -> str:
    whole = number(limit, percent=percent)
    return f"{limit:.1f}%" if percent and whole == number(value, percent=True) else whole


def _what(figure: Figure) -> str:
    when = f"In {figure.years[-1]}," if len(figure.years) == 1 else f"Over {figure.years[0]} to {figure.years[-1]},"
    definition = definition_of(figure.measure)
    assert definition is not None
    who = "disadvantaged pupils" if figure.measure.endswith("_dis") else "pupils"
    did = _DID.get(figure.measure)
    if definition.kind is MeasureKind.PROPORTION and did is not None:
        share = number(figure.value, percent=True)
        if figure.cohort is None:
            return f"{when} {share} of {who} {did}"
        count = round(figure.value * figure.cohort / 100)
        told = may_count(count, figure.cohort)
        # Published percentages are rounded: a count that does not give the percentage back is not the count.
        if told and f"{100 * count / figure.cohort:.0f}%" == share:
            return f"{when} {count} of {figure.cohort} {who} ({share}) {did}"
        return f"{when} {share} of {figure.cohort} {who} {did}"
    called = _CALLED.get(figure.measure, definition.name)
    size = f" ({figure.cohort} pupils)" if figure.cohort is not None else ""
    unit = " points" if figure.measure == "ks2_rwm_gap" else ""
    value = number(figure.value, percent=definition.unit is Unit.PERCENT)
    return f"{when} {called} was {value}{unit}{size}"


def area_sentence(
    measure: str, year: str, value: float, reference: float, source: str, *, schools: int, beyond: int
) -> str:
    """One sentence on the whole area: its figure, the reference, and how many schools are past their 95% limits."""
    definition = definition_of(measure)
    assert definition is not None
    percent = definition.unit is Unit.PERCENT
    did = _DID.get(measure)
    who = "disadvantaged pupils" if measure.endswith("_dis") else "pupils"
    figure = number(value, percent=percent)
    what = f"{figure} of {who} {did}" if did and percent else f"{_CALLED.get(measure, definition.name)} was {figure}"
    side = "below" if definition.higher_is_better else "above"
    count = f"{beyond} of {schools} schools are" if beyond != 1 else f"1 of {schools} schools is"
    against = f"against {number(reference, percent=percent)} {source}"
    return f"Across the area in {year}, {what}, {against}; {count} {side} what chance alone allows."


def trend_sentence(measure: str, years: tuple[str, ...], per_year: float) -> str:
    """One sentence on a course that is further from the ordinary than chance allows: negative is worse."""
    definition = definition_of(measure)
    assert definition is not None
    size = number(abs(per_year), percent=False)
    unit = f"{size} points" if definition.unit is Unit.PERCENT or float(size) != 1 else "1 point"
    course = "worse" if per_year < 0 else "better"
    return (
        f"{definition.name}: from {years[0]} to {years[-1]} it has become {course} by about {unit} a year against the "
        "figure it is held against, more than schools ordinarily change."
    )


def similar_sentence(measure: str, near: float, z: float) -> str:
    """One sentence on schools with similar pupils, beside the judgement and no part of it."""
    definition = definition_of(measure)
    assert definition is not None
    reach = number(near, percent=definition.unit is Unit.PERCENT)
    place = (
        "is further from them than they ordinarily differ, on the worse side"
        if z <= -1.96
        else "does better than them"
        if z >= 1.96
        else "does not stand out among them"
    )
    return f"{definition.name}: the 20 schools with the most similar pupils come to about {reach}; this school {place}."
