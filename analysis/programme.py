"""What the support did, over many cases and between groups of them, with chance taken out.

A random-effects model of two levels: a case's true effect lies around that of its group (theme, provider, cluster …),
a group's around the programme's. How far apart either are is not known from a few cases, so it is not set to one value:
the answer is averaged over all values that the data leave likely (Röver C 2020, Journal of Statistical Software 93(6);
weakly informative half-normal priors: Röver C et al. 2021, Research Synthesis Methods 12:448–474). A group of two cases
is pulled to the programme's mean by what its own figures cannot carry (Efron B, Morris C 1975, JASA 70:311–319).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import brentq
from scipy.special import logsumexp
from scipy.stats import norm

from analysis.case_effect import CaseEffect, PathKey
from analysis.expectation import Floats

SPREAD_POINTS = 5.0
"""Scale of the half-normal priors, in points: groups, or cases of one, that truly differ by more than 10 are rare."""
SURE = 0.975
CROWN = 0.9
"""How likely a group must be better (or worse) than the programme to stand out. In programmes of 12 groups without any
true difference, one is called better in 1 of 30 (`tests/analysis/test_programme.py`, docs/programme-methods.md)."""
_STEPS = (np.arange(14) + 0.5) / 14


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """`points` better than similar schools without support, after pooling, with its 95% interval; `plain`: the mean of
    its cases as they are. `better_than_programme`: how likely, 0 to 1, the group is better than the programme as a
    whole; `stands_out`: 1 or −1 where that is likely enough (`CROWN`), else 0."""

    cases: int
    plain: float
    points: float
    lower: float
    upper: float
    better_than_programme: float
    stands_out: int


@dataclass(frozen=True, slots=True)
class ProgrammeEffect:
    """The whole, and each group by its label."""

    whole: GroupEffect
    groups: dict[Hashable, GroupEffect]


def pool(effects: Sequence[CaseEffect], labels: Sequence[Hashable]) -> ProgrammeEffect | None:
    """Pool the effects of cases by group; None without any case. The order of the cases does not matter."""
    if not effects:
        return None
    names = sorted(set(labels), key=str)
    place = {name: at for at, name in enumerate(names)}
    of = np.array([place[one] for one in labels])
    plain = np.bincount(of, [one.points for one in effects]) / np.bincount(of)
    posterior = _posterior(effects, of, len(names))
    whole = _posterior(effects, np.zeros(len(effects), dtype=np.int64), 1)
    counts = np.bincount(of)
    return ProgrammeEffect(
        _group(whole, 0, len(effects), float(np.mean([one.points for one in effects])), alone=True),
        {
            name: _group(posterior, at, int(counts[at]), float(plain[at]), alone=len(names) == 1)
            for name, at in place.items()
        },
    )


@dataclass(frozen=True, slots=True)
class _Posterior:
    """A mixture of normals: a row for each pair of spreads, a column for each group. `weight` of the rows; the group's
    effect (`middle`, `sd`), and its distance from the programme's (`apart`, `apart_sd`)."""

    weight: Floats
    middle: Floats
    sd: Floats
    apart: Floats
    apart_sd: Floats


def _posterior(effects: Sequence[CaseEffect], of: np.typing.NDArray[np.int64], groups: int) -> _Posterior:
    spreads = SPREAD_POINTS * norm.isf((1 - _STEPS) / 2)  # equally likely under the prior
    y, own = np.array([one.points for one in effects]), np.array([one.variance for one in effects])
    rows: list[tuple[float, Floats, Floats, Floats, Floats]] = []
    for within in spreads:
        variance = own + within**2
        carries = 1 / variance
        total = np.bincount(of, carries, groups)
        mean = np.bincount(of, carries * y, groups) / total
        chance = np.diag(1 / total) + _shared(effects, of, groups, carries / total[of])
        fit = -0.5 * float(np.sum(np.log(variance) + (y - mean[of]) ** 2 / variance) + np.sum(np.log(total)))
        if groups == 1:
            sd = np.sqrt(np.diag(chance))
            rows.append((fit, mean, sd, np.zeros(1), np.zeros(1)))
            continue
        rows += [_given(mean, chance, float(between) ** 2, fit) for between in spreads]
    log = np.array([row[0] for row in rows])
    return _Posterior(
        np.exp(log - logsumexp(log)),
        *(np.array([row[at] for row in rows]) for at in (1, 2, 3, 4)),
    )


def _given(mean: Floats, chance: Floats, between: float, fit: float) -> tuple[float, Floats, Floats, Floats, Floats]:
    """The groups' effects where their variance between is known; the programme's mean has a flat prior."""
    ones = np.ones(mean.size)
    factor = cho_factor(chance + between * np.eye(mean.size), lower=True)
    inverse = cho_solve(factor, np.eye(mean.size))
    pull = inverse @ ones
    unsure = 1 / float(ones @ pull)
    programme = unsure * float(pull @ mean)
    off = inverse @ (mean - programme)
    log_size = 2 * float(np.sum(np.log(np.diag(factor[0]))))
    fit += -0.5 * (log_size - np.log(unsure) + float((mean - programme) @ off))
    left = between - between**2 * np.diag(inverse)
    apart_sd = np.sqrt(np.maximum(left + (between * pull) ** 2 * unsure, 0.0))
    sd = np.sqrt(np.maximum(left + (1 - between * pull) ** 2 * unsure, 0.0))
    return fit, programme + between * off, sd, between * off, apart_sd


def _shared(effects: Sequence[CaseEffect], of: np.typing.NDArray[np.int64], groups: int, carries: Floats) -> Floats:
    """How the groups' means move together because their cases were held against the same schools."""
    leaning: dict[PathKey, Floats] = {}
    for one, group, share in zip(effects, of, carries, strict=True):
        for key, unsure in one.shared.items():
            leaning.setdefault(key, np.zeros((groups, unsure.size)))[group] += share * unsure
    total = np.zeros((groups, groups))
    for points in leaning.values():
        total += points @ points.T
    return total


def _group(found: _Posterior, at: int, cases: int, plain: float, *, alone: bool) -> GroupEffect:
    middle, sd = found.middle[:, at], found.sd[:, at]
    better = 0.5
    if not alone:
        apart, apart_sd = found.apart[:, at], np.maximum(found.apart_sd[:, at], 1e-12)
        better = float(found.weight @ norm.cdf(apart / apart_sd))
    return GroupEffect(
        cases=cases,
        plain=plain,
        points=float(found.weight @ middle),
        lower=_quantile(found.weight, middle, sd, 1 - SURE),
        upper=_quantile(found.weight, middle, sd, SURE),
        better_than_programme=better,
        stands_out=1 if better >= CROWN else -1 if better <= 1 - CROWN else 0,
    )


def _quantile(weight: Floats, middle: Floats, sd: Floats, share: float) -> float:
    """Of a mixture of normals."""
    sd = np.maximum(sd, 1e-9)
    far = 12 * float(sd.max())
    low, high = float(middle.min()) - far, float(middle.max()) + far
    return float(brentq(lambda x: float(weight @ norm.cdf((x - middle) / sd)) - share, low, high, xtol=1e-6))
