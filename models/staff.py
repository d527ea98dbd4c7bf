"""What somebody of the council or the Board may be to the pages and the API (see `rules.staff`)."""

import enum


class StaffRole(enum.StrEnum):
    """One of these, or several."""

    OFFICER = "officer"
    CHAIR = "chair"
    BOARD = "board"
    FINANCE = "finance"
    ADMIN = "admin"
