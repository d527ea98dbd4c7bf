"""A school so far out that chance and ordinary differences cannot have carried it there does not come back by itself.

Shrinking by what ordinary schools differ would send a school 35 points below the rest back among them, though its 80
pupils are by chance a few points off at most. So schools are taken as of two kinds, ordinary ones and a few truly out
of the ordinary, and each start is expected to go on as the two would, by how likely it is of either (a contaminated
normal: Tukey JW 1960; against shrinking what stands out, Efron B, Morris C 1971, JASA 66:807–815).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SHARE = 0.02
"""One school in fifty is taken to be truly out of the ordinary before its figures are looked at."""
_FURTHER = 3.0
"""How much further out those lie, in sd of all starts."""


def outlying(off: Floats, ordinary_variance: Floats, chance: Floats, seen_sd: float) -> Floats:
    """How likely, 0 to 1, each school is out of the ordinary that started `off` the middle. `ordinary_variance` is what
    ordinary schools' starts vary by, their chance included, `chance` that of the start alone, both squared units."""
    wide = np.maximum((_FURTHER * seen_sd) ** 2 + chance, ordinary_variance)
    usable = ordinary_variance > 0
    narrow = np.where(usable, ordinary_variance, 1.0)
    wide = np.where(usable, wide, 1.0)
    log_ratio = 0.5 * (np.log(narrow / wide) + off**2 * (1 / narrow - 1 / wide))
    odds = SHARE / (1 - SHARE) * np.exp(np.minimum(log_ratio, 500.0))
    return np.where(usable, odds / (1 + odds), 0.0)
