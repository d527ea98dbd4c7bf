"""Overdispersion: how much ordinary schools differ beyond chance, estimated so that the few in trouble do not set it.

Health services widen their funnels in this way: squared z-scores are winsorised, their mean phi shows overdispersion,
and a variance between units tau² is added to that of chance.
Spiegelhalter DJ (2005) Handling over-dispersion of performance indicators. Quality and Safety in Health Care
14:347–351; Spiegelhalter DJ et al. (2012) J R Stat Soc A 175:1–47.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

Floats = NDArray[np.float64]

_HELD_AT = float(norm.isf(0.1))
# Mean square of a standard normal held within its own 10th and 90th percentile: what chance alone would show.
_HELD_SQUARE = 0.8 - 2 * _HELD_AT * float(norm.pdf(_HELD_AT)) + 0.2 * _HELD_AT**2


@dataclass(frozen=True, slots=True)
class Dispersion:
    """`centre`: the middle of the schools; `phi`: overdispersion, 1 by chance alone; `tau`: sd between schools;
    `freedom`: degrees of freedom that the estimate of the spread is worth."""

    centre: float
    phi: float
    tau: float
    freedom: float


def winsorised_phi(z: Floats) -> float:
    """Overdispersion of z-scores: mean square, each held within the normal's 10th and 90th percentile (±1.28).

    Divided by what that holding leaves of a standard normal (0.679), so that chance alone gives 1: without it
    overdispersion is understated. Held at fixed limits, not at the sample's own percentiles: a sample with several
    schools in trouble has percentiles that they have moved (Huber's proposal 2).
    """
    return float(np.mean(np.clip(z, -_HELD_AT, _HELD_AT) ** 2) / _HELD_SQUARE) if z.size else 1.0


def centre_of(effect: Floats, variance: Floats) -> float:
    """Middle of `effect` weighted by 1 / variance, each school's pull held at 1.28 of its own sd (Huber)."""
    most, weight = _HELD_AT * np.sqrt(variance), 1 / variance
    weight /= weight.sum()
    middle = float(np.median(effect))
    for _ in range(50):  # asked for thousands of times an area: without the checks of numpy's average and clip
        moved = middle + float(weight @ np.minimum(np.maximum(effect - middle, -most), most))
        if abs(moved - middle) < 1e-10:
            break
        middle = moved
    return middle


def dispersion(
    effect: Floats, chance: Floats, *, fewest: int = 8, assumed_tau: float | None = None
) -> Dispersion | None:
    """Centre and spread of ordinary schools on one measure.

    `effect`: one difference from the reference a school; `chance`: its variance by chance. tau² is the variance between
    schools that makes the winsorised phi of (effect - centre) / sqrt(chance + tau²) equal to 1 (the moment equation of
    Paule and Mandel 1982, winsorised), 0 when phi is at most 1 without it. With fewer than `fewest` schools the spread
    cannot be told: `assumed_tau` is taken and the centre is the reference, or None is returned when there is none.
    """
    if effect.size < fewest:
        return None if assumed_tau is None else Dispersion(0.0, 1.0, assumed_tau, float(fewest))
    largest = float(np.ptp(effect)) ** 2 + 1e-12

    def excess(tau2: float) -> float:
        total = chance + tau2
        return winsorised_phi((effect - centre_of(effect, total)) / np.sqrt(total)) - 1

    floor = largest * 1e-9  # a variance by chance of 0 (cohort not known) must not divide by 0
    tau2 = floor if excess(floor) <= 0 else float(brentq(excess, floor, 4 * largest, xtol=largest * 1e-10))
    centre = centre_of(effect, chance + tau2)
    known = chance > 0
    phi = winsorised_phi((effect[known] - centre) / np.sqrt(chance[known]))
    # Holding the outer fifth costs about a third of what the schools say about their spread.
    return Dispersion(centre, phi, float(np.sqrt(tau2)), max(1.0, 0.68 * (effect.size - 1)))
