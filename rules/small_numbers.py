"""Small numbers: what may be shown of few pupils. The one place of the rule.

DfE publishes no figure of fewer than 6 pupils, so that nobody can be recognised in it, nor one from which such a figure
could be worked out (DfE, "Key stage 2 performance measures: technical guide", disclosure control; ONS, "Policy on
protecting confidentiality in tables of birth and death statistics", secondary suppression).
"""

SMALLEST = 6


def is_small(cohort: int | None) -> bool:
    """Whether a figure is of so few pupils that only the school itself may see it. No pupils at all are not few; a
    cohort that is not known is not said to be small."""
    return cohort is not None and 0 < cohort < SMALLEST


def may_show(*cohorts: int | None) -> bool:
    """Whether a figure that rests on these cohorts may be shown to others than the school."""
    return not any(is_small(cohort) for cohort in cohorts)


def may_count(count: int, cohort: int) -> bool:
    """Whether "so many of so many pupils" may be said: neither those counted nor the rest are few, nor is it all or
    none, which says something of every pupil."""
    return min(count, cohort - count) >= SMALLEST


def may_show_part(part: int | None, whole: int | None) -> bool:
    """Whether a part may be shown beside its whole: neither it nor the rest, which anyone can subtract, is small."""
    if is_small(part):
        return False
    return part is None or whole is None or not is_small(whole - part)
