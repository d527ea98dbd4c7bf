"""Whether support may be commissioned for a school.

Open, not opted out, no open case for the theme, money free [ToR, 1.5].
"""

from dataclasses import dataclass

from models.schools import SchoolStatus
from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class EligibilityFacts:
    """What the rule looks at. `free_pence` is None when no Fund year covers the day."""

    school: str
    status: SchoolStatus
    opted_out: bool
    open_case: str | None
    theme_active: bool
    cost_pence: int
    free_pence: int | None
    has_contact: bool


def objections(facts: EligibilityFacts) -> tuple[str, ...]:
    """Every reason against commissioning, each one plain sentence; none means that it may go ahead."""
    found = []
    if facts.status not in (SchoolStatus.OPEN, SchoolStatus.CLOSING):
        found.append(f"{facts.school} is not open.")
    if facts.opted_out:
        found.append(f"{facts.school} has opted out of the arrangements.")
    if facts.open_case is not None:
        found.append(f"{facts.school} already has an open case for this theme, {facts.open_case}.")
    if not facts.theme_active:
        found.append("The theme is no longer offered.")
    if facts.cost_pence <= 0:
        found.append("The amount must be more than nothing.")
    elif facts.free_pence is None:
        found.append("No Fund year covers this day.")
    elif facts.cost_pence > facts.free_pence:
        found.append(f"The Fund has {pounds(facts.free_pence)} free, and {pounds(facts.cost_pence)} is asked for.")
    if not facts.has_contact:
        found.append(f"{facts.school} has no contact with a working e-mail address.")
    return tuple(found)


def pounds(pence: int) -> str:
    """Money as it is written: £4,800 or £4,800.50."""
    whole, rest = divmod(abs(pence), 100)
    sign = "-" if pence < 0 else ""
    return f"{sign}£{whole:,}" if rest == 0 else f"{sign}£{whole:,}.{rest:02d}"


def whole_pence(pounds: float) -> int:
    """An amount of pounds in pence.

    Raises:
        Refused: it has parts of a penny, which nobody can be paid.
    """
    pence = round(pounds * 100)
    if abs(pounds * 100 - pence) > 1e-4:  # far more than a float's own error in any amount that a Fund has
        raise Refused(f"£{pounds!r} is not a whole number of pence: write it as 4800 or 4800.50.")
    return pence
