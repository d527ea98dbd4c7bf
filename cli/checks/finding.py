"""What a check found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what was seen or what to do; of a setting, where it came from."""

    what: str
    well: bool
    said: str
    comes_from: str = ""
