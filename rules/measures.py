"""The catalogue of published measures: what DfE publishes of a school and which theme it speaks to.

Codes are ours and stable; the publishers' column names drift (see `feeds/`). A percentage is 0 to 100, not a fraction.
"""

import enum
from dataclasses import dataclass


class MeasureKind(enum.StrEnum):
    """How chance moves a measure, which decides the limits that `analysis` draws."""

    PROPORTION = "proportion"  # a share of a cohort of pupils: exact binomial limits
    INTERVAL = "interval"  # a score that DfE publishes with its own 95% interval
    MEAN = "mean"  # a mean over pupils without a published interval
    COUNT = "count"  # a number of pupils: context only, never a priority


class Unit(enum.StrEnum):
    PERCENT = "percent"
    POINTS = "points"
    PUPILS = "pupils"


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    """One published measure. `theme` is the code of the theme a poor value asks support for, or None for context."""

    code: str
    name: str
    kind: MeasureKind
    unit: Unit
    stage: str  # "KS2", "KS4" or "all"
    theme: str | None
    higher_is_better: bool = True


_P, _I, _M, _N = MeasureKind.PROPORTION, MeasureKind.INTERVAL, MeasureKind.MEAN, MeasureKind.COUNT
_PC, _PT, _PU = Unit.PERCENT, Unit.POINTS, Unit.PUPILS

CATALOGUE: dict[str, MeasureDefinition] = {
    m.code: m
    for m in (
        MeasureDefinition(
            "ks2_rwm_exp",
            "Key stage 2 reading, writing and maths at the expected standard",
            _P,
            _PC,
            "KS2",
            "leadership",
        ),
        MeasureDefinition(
            "ks2_rwm_high",
            "Key stage 2 reading, writing and maths at the higher standard",
            _P,
            _PC,
            "KS2",
            "leadership",
        ),
        MeasureDefinition("ks2_read_exp", "Key stage 2 reading at the expected standard", _P, _PC, "KS2", "reading"),
        MeasureDefinition("ks2_writ_exp", "Key stage 2 writing at the expected standard", _P, _PC, "KS2", "writing"),
        MeasureDefinition("ks2_mat_exp", "Key stage 2 maths at the expected standard", _P, _PC, "KS2", "maths"),
        MeasureDefinition(
            "ks2_gps_exp",
            "Key stage 2 grammar, punctuation and spelling at the expected standard",
            _P,
            _PC,
            "KS2",
            None,
        ),
        MeasureDefinition("ks2_read_score", "Key stage 2 reading, average scaled score", _M, _PT, "KS2", None),
        MeasureDefinition("ks2_mat_score", "Key stage 2 maths, average scaled score", _M, _PT, "KS2", None),
        MeasureDefinition(
            "ks2_gps_score", "Key stage 2 grammar, punctuation and spelling, average scaled score", _M, _PT, "KS2", None
        ),
        MeasureDefinition("ks2_read_progress", "Key stage 2 reading progress", _I, _PT, "KS2", "reading"),
        MeasureDefinition("ks2_writ_progress", "Key stage 2 writing progress", _I, _PT, "KS2", "writing"),
        MeasureDefinition("ks2_mat_progress", "Key stage 2 maths progress", _I, _PT, "KS2", "maths"),
        MeasureDefinition(
            "ks2_rwm_exp_dis",
            "Key stage 2 reading, writing and maths at the expected standard, disadvantaged pupils",
            _P,
            _PC,
            "KS2",
            "attainment-gap",
        ),
        MeasureDefinition(
            "ks2_rwm_exp_other",
            "Key stage 2 reading, writing and maths at the expected standard, other pupils",
            _P,
            _PC,
            "KS2",
            None,
        ),
        MeasureDefinition(
            "ks2_gap_national",
            "Key stage 2: disadvantaged pupils here less other pupils nationally",
            _M,
            _PT,
            "KS2",
            None,
        ),
        MeasureDefinition("ks4_attainment8", "Attainment 8", _M, _PT, "KS4", "leadership"),
        MeasureDefinition("ks4_progress8", "Progress 8", _I, _PT, "KS4", "leadership"),
        MeasureDefinition("ks4_basics_94", "English and maths GCSE at grade 4 or above", _P, _PC, "KS4", "maths"),
        MeasureDefinition("ks4_basics_95", "English and maths GCSE at grade 5 or above", _P, _PC, "KS4", "maths"),
        MeasureDefinition("ks4_ebacc_aps", "EBacc average point score", _M, _PT, "KS4", None),
        MeasureDefinition("ks4_attainment8_dis", "Attainment 8, disadvantaged pupils", _M, _PT, "KS4", None),
        MeasureDefinition("ks4_progress8_dis", "Progress 8, disadvantaged pupils", _I, _PT, "KS4", "attainment-gap"),
        MeasureDefinition(
            "ks4_basics_94_dis",
            "English and maths GCSE at grade 4 or above, disadvantaged pupils",
            _P,
            _PC,
            "KS4",
            "attainment-gap",
        ),
        # A share of sessions: a pupil away for weeks counts many times, so it is no proportion of a cohort.
        MeasureDefinition("absence_overall", "Overall absence", _M, _PC, "all", "attendance", higher_is_better=False),
        MeasureDefinition(
            "absence_persistent",
            "Persistent absence (10% or more missed)",
            _P,
            _PC,
            "all",
            "attendance",
            higher_is_better=False,
        ),
        MeasureDefinition("census_pupils", "Pupils on roll", _N, _PU, "all", None),
        MeasureDefinition(
            "census_fsm", "Pupils eligible for free school meals in the last six years", _P, _PC, "all", None
        ),
        MeasureDefinition("census_eal", "Pupils whose first language is not English", _P, _PC, "all", None),
        MeasureDefinition("census_ehcp", "Pupils with an education, health and care plan", _P, _PC, "all", None),
        MeasureDefinition("census_sen_support", "Pupils with SEN support", _P, _PC, "all", None),
    )
}

WHOLE_OF: dict[str, str] = {
    "ks2_rwm_exp_dis": "ks2_rwm_exp",
    "ks2_rwm_exp_other": "ks2_rwm_exp",
    "ks2_gap_national": "ks2_rwm_exp",
    "ks4_attainment8_dis": "ks4_attainment8",
    "ks4_progress8_dis": "ks4_progress8",
    "ks4_basics_94_dis": "ks4_basics_94",
}
"""Measures of a part of the pupils, and the measure of all of them: shown side by side they give away the rest."""
