"""What councils pay towards the Fund: pro rata by pupils or by schools, to the penny [Rec].

Pence are divided by largest remainder (Hamilton's method): everybody gets the whole pence of the exact share, and the
pence left over go to the largest fractions, so that the parts always make the whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Share:
    """One council's part. `exact` is the share in pence before it was rounded."""

    name: str
    weight: int
    exact: Fraction
    pence: int

    def worked_out(self, basis: str, whole_pence: int, whole_weight: int) -> str:
        """The sum in a sentence, for the books."""
        return (
            f"By {basis}: {self.weight:,} of {whole_weight:,} {basis}, of £{whole_pence / 100:,.2f}: "
            f"£{float(self.exact) / 100:,.4f}, to the penny £{self.pence / 100:,.2f}"
        )


def divided(pence: int, weights: Mapping[str, int]) -> tuple[Share, ...]:
    """An amount divided by weight, in the order given.

    Raises:
        Refused: an amount below nothing, nobody to divide among, or a weight that is not more than nothing.
    """
    if pence < 0:
        raise Refused("An amount below nothing cannot be divided.")
    if not weights:
        raise Refused("Name at least one council.")
    for name, weight in weights.items():
        if weight <= 0:
            raise Refused(f"{name} has no pupils or schools to go by: say how many.")
    whole = sum(weights.values())
    exact = {name: Fraction(pence * weight, whole) for name, weight in weights.items()}
    floors = {name: int(share) for name, share in exact.items()}
    left = pence - sum(floors.values())
    by_fraction = sorted(weights, key=lambda name: (floors[name] - exact[name], list(weights).index(name)))
    for name in by_fraction[:left]:
        floors[name] += 1
    return tuple(Share(name, weights[name], exact[name], floors[name]) for name in weights)


def joining(grant_pence: int, own_weight: int, others: Mapping[str, int]) -> tuple[Share, ...]:
    """What joining councils contribute: as much a pupil (or a school) as the council's own grant comes to.

    Together they pay the grant times their weight over the council's own, rounded to the penny, half a penny up; that
    sum is divided among them by largest remainder.

    Raises:
        Refused: as `divided`, or the council's own weight is nothing.
    """
    if own_weight <= 0:
        raise Refused("The council itself has no pupils or schools to go by.")
    together = (2 * grant_pence * sum(others.values()) + own_weight) // (2 * own_weight)
    return divided(together, others)
