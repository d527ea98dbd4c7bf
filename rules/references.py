"""References of cases, as they stand in a subject line: `SIB-2026-014`."""


def reference(year: int, number: int) -> str:
    """The `number`-th case of a calendar year; three digits at least, more when they are needed."""
    return f"SIB-{year}-{number:03d}"
