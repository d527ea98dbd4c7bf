"""What a publisher's words for a school mean: its status, whether it is an academy, its phase, its Ofsted grade."""

from feeds.rows import SchoolStatus
from feeds.values import CellError

STATUSES: dict[str, SchoolStatus] = {
    "open": SchoolStatus.OPEN,
    "closed": SchoolStatus.CLOSED,
    "open, but proposed to close": SchoolStatus.CLOSING,
    "proposed to open": SchoolStatus.PROPOSED,
}
# The two ways of being inadequate have names of their own in GIAS; "Satisfactory" was the third grade until 2012.
GRADES: dict[str, int] = {
    "outstanding": 1,
    "good": 2,
    "requires improvement": 3,
    "satisfactory": 3,
    "inadequate": 4,
    "serious weaknesses": 4,
    "special measures": 4,
}
_ACADEMIES = ("academy", "free school", "studio school", "university technical college")
_OUTSIDE_PHASES = ("special", "pupil referral unit", "alternative provision", "secure unit")


def status(column: str, text: str) -> SchoolStatus:
    """Open, closed, or proposed to be either. Refuses any other word."""
    found = STATUSES.get(" ".join(text.split()).casefold())
    if found is None:
        raise CellError(column, "is not a status that we know", text)
    return found


def is_academy(type_name: str) -> bool:
    """Whether a type of establishment is run by an academy trust: free, studio and technical schools are, by law."""
    return type_name.casefold().startswith(_ACADEMIES)


def grade(text: str) -> int | None:
    """1 to 4 for the word that GIAS and DfE use, None for none and for words that grade nothing."""
    return GRADES.get(" ".join(text.split()).casefold())


def phase_by_age(type_name: str, low: int | None, high: int | None, *, primary: bool, secondary: bool) -> str:
    """GIAS's word for the phase, for lists that only say which ages and which of primary and secondary a school covers.

    A middle school is deemed what most of its year groups are, secondary when there are as many of each (9 to 13).
    """
    if any(word in type_name.casefold() for word in _OUTSIDE_PHASES):
        return "Not applicable"
    if primary and secondary:
        if high is None or low is None or high > 14:
            return "All-through"
        return "Middle deemed primary" if 11 - low > high - 11 else "Middle deemed secondary"
    if primary:
        return "Nursery" if high is not None and high <= 5 else "Primary"
    if secondary:
        return "Secondary"
    return "16 plus" if low is not None and low >= 16 else "Not applicable"
