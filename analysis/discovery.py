"""False discovery: how many of those flagged may be there by chance.

Benjamini Y, Hochberg Y (1995) J R Stat Soc B 57:289–300; Liu Y, Xie J (2020) Cauchy combination test, JASA 115:393–402;
Benjamini Y, Bogomolov M (2014) Selective inference on multiple testing in hierarchical families, J R Stat Soc B
76:297–318.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Discoveries:
    """`flagged`: rows × columns, what passed; `row_q`: adjusted p of a row; `q`: of a cell of a selected row."""

    flagged: NDArray[np.bool_]
    row_q: Floats
    q: Floats


def adjusted(p: Floats) -> Floats:
    """Benjamini–Hochberg adjusted p-values over every known cell of `p` (any shape; NaN stays NaN)."""
    q = np.full(p.shape, np.nan)
    known = ~np.isnan(p)
    if known.any():
        q[known] = false_discovery_control(p[known])
    return q


def cauchy(p: Floats) -> Floats:
    """One p-value a row that "nothing in this row", from its known cells (NaN for none): Cauchy combination.

    Mean of tan((1/2 - p) pi), turned back into a p. It needs no knowledge of how the cells depend on one another and,
    for the themes of one school, which go together, gives away less than Bonferroni or Simes. A p close to 1 is held at
    0.999: else one excellent theme would hide a poor one.
    """
    known = ~np.isnan(p)
    count = known.sum(axis=1)
    tangent = np.tan((0.5 - np.clip(np.where(known, p, 0.5), 1e-15, 0.999)) * np.pi)
    mean = np.where(known, tangent, 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.where(count > 0, 0.5 - np.arctan(mean) / np.pi, np.nan)


def discoveries(p: Floats, overall: Floats, rate: float) -> Discoveries:
    """Which cells of schools × themes are flagged, so that of the SCHOOLS flagged at most `rate` are there by chance.

    Flagging every cell under one Benjamini–Hochberg limit would not do: true cells pile up in few schools and false
    ones scatter, so 5% of cells can be 20% of schools. First each row is tested (Cauchy over its cells and `overall`,
    the p of the row taken as a whole, which finds a school that is poor in everything) and rows are selected by
    Benjamini–Hochberg at `rate`; within a selected row cells are tested by Benjamini–Hochberg at rate x selected / all
    (Benjamini and Bogomolov 2014). A selected row has its strongest cell flagged in any case.
    """
    row_p = cauchy(np.column_stack((p, overall)))
    row_q = adjusted(row_p)
    selected = row_q <= rate
    within = np.full(p.shape, np.nan)
    share = selected.sum() / max(1, np.sum(~np.isnan(row_p)))
    for row in np.flatnonzero(selected):
        within[row] = adjusted(p[row])
    with np.errstate(invalid="ignore"):
        flagged = within <= rate * share
    chosen = np.flatnonzero(selected)
    if chosen.size:
        flagged[chosen, np.nanargmin(p[chosen], axis=1)] = True
    with np.errstate(divide="ignore"):
        q = np.minimum(within / share, 1.0) if share > 0 else within
    return Discoveries(flagged=flagged, row_q=row_q, q=q)
