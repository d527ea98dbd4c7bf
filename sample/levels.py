"""How good each school truly is, year in, year out: what its published figures are drawn around."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sample.places import WITH_KS4, Kind, School
from sample.trouble import ATTENDANCE, GAP, LEADERSHIP, MATHS, READING, SUBJECTS, WRITING

Floats = NDArray[np.float64]
# England's state-funded schools: shares in percent, scores in points.
NATIONAL: dict[str, float] = {
    "read": 75, "writ": 72, "mat": 74, "gps": 73, "rwm": 61, "high": 8, "dis": 46, "other": 67,
    "read_score": 105, "mat_score": 104, "gps_score": 105,
    "a8": 46, "p8": -0.02, "b94": 65, "b95": 45, "ebacc": 4.05, "a8_dis": 35.5, "p8_dis": -0.52, "b94_dis": 44,
}  # fmt: skip
PERSISTENT = {"PRI": 15.0, "SEC": 16.0, "SPE": 24.0}
TROUBLE = 30.0
_APART = 5.0  # what is lost in each subject where it is the subjects together that are poor
_SHARED, _OWN = 2.6, 3.2  # of percentages between schools: together a standard deviation of 4.1 points


def phase_code(school: School) -> str:
    """The phase under which DfE's absence and census tables put a school."""
    if school.kind is Kind.SPECIAL:
        return "SPE"
    return "SEC" if school.kind in WITH_KS4 else "PRI"


def true_levels(
    rng: np.random.Generator, schools: Sequence[School], truth: Mapping[int, frozenset[str]]
) -> dict[str, Floats]:
    """For each kind of figure an array, one number a school: shares in percent, `share_dis` a fraction."""
    count = len(schools)

    def within(theme: str) -> Floats:
        return np.array([theme in truth.get(school.urn, ()) for school in schools], dtype=np.float64)

    troubled = np.array([school.urn in truth for school in schools])

    def spread(sd: float) -> Floats:
        """Ordinary differences, better or worse; a school in trouble is nowhere better than the ordinary."""
        by_chance = np.clip(rng.standard_normal(count), -2.3, 2.3)
        return sd * np.where(troubled, -0.5 * np.abs(by_chance), by_chance)

    secondary = np.array([school.kind in {Kind.SECONDARY, Kind.UPPER} for school in schools])
    subjects = np.array([bool(truth.get(school.urn, frozenset()) & SUBJECTS) for school in schools])
    general = within(LEADERSHIP) * ~subjects  # poor altogether, in no subject alone
    shared = spread(1.0)
    level: dict[str, Floats] = {}
    for name, theme in (("read", READING), ("writ", WRITING), ("mat", MATHS), ("gps", "")):
        own = _SHARED * shared + spread(_OWN)
        level[name] = NATIONAL[name] + own - TROUBLE * within(theme) - _APART * general
        level[f"{name}_progress"] = 0.2 * own - 5.5 * within(theme) - 2 * general
        level[f"{name}_score"] = NATIONAL.get(f"{name}_score", 100.0) + (level[name] - NATIONAL[name]) / 5
    three = np.stack([level["read"], level["writ"], level["mat"]])
    rwm = 0.55 * three.min(axis=0) + 0.45 * three.mean(axis=0) - 10.2
    rwm -= (TROUBLE - _APART) * general
    share = np.array([school.disadvantaged for school in schools])
    gap = within(GAP) * ~secondary
    level["share_dis"] = np.where(gap > 0, np.maximum(share, 0.45), share)
    level["dis"] = np.clip(rwm - 15 + spread(2.5) - TROUBLE * gap, 6, 97)
    level["other"] = np.clip(rwm + 6 + 8 * gap, 8, 98)
    poor = within(LEADERSHIP) * secondary
    own = 0.7 * shared + spread(0.7)
    level["a8"] = NATIONAL["a8"] + 4 * own - 15 * poor
    level["p8"] = NATIONAL["p8"] + 0.22 * own + spread(0.1) - 1.35 * poor
    level["b94"] = NATIONAL["b94"] + 4.5 * own - TROUBLE * poor
    level["b94_dis"] = np.clip(level["b94"] - 20 + spread(3.0), 5, 95)
    level["p8_dis"] = level["p8"] - 0.5 + spread(0.1)
    phases = np.array([PERSISTENT[phase_code(school)] for school in schools])
    level["persistent"] = np.clip(phases - spread(2.6) - 0.5 * shared + 14 * within(ATTENDANCE), 4, 60)
    special = np.array([school.kind is Kind.SPECIAL for school in schools])
    for name in ("read", "writ", "mat", "gps", "dis", "other", "b94", "b94_dis"):
        level[name] = np.where(special, 5.0, np.clip(level[name], 5, 97))
    level["a8"], level["p8"] = np.where(special, 6.0, level["a8"]), np.where(special, -1.4, level["p8"])
    level["eal"] = np.clip(100 * rng.beta(1.2, 10, count), 0.3, 70)
    level["ehcp"] = np.where(special, 98.0, 100 * rng.beta(6, 150, count))
    level["sen"] = np.where(special, 1.0, 100 * rng.beta(14, 86, count))
    return level
