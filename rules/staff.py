"""Who of the council and the Board may do what on the pages and through the API, and when a session is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from models.contacts import Role
from models.staff import StaffRole

ROLES = {
    Role.OFFICER: StaffRole.OFFICER,
    Role.CHAIR: StaffRole.CHAIR,
    Role.MEMBER: StaffRole.BOARD,
    Role.FINANCE: StaffRole.FINANCE,
    Role.ADMIN: StaffRole.ADMIN,
}
"""A role that a person holds in the council or the Board, at no school and no provider, as the pages know it."""

NOBODY: frozenset[StaffRole] = frozenset()
EVERYBODY = frozenset(StaffRole)
OFFICERS = frozenset({StaffRole.OFFICER, StaffRole.ADMIN})
"""Who carries out the casework."""
MONEY = OFFICERS | {StaffRole.FINANCE}
"""Who may record what was spent."""
THE_CHAIR = OFFICERS | {StaffRole.CHAIR}
"""Who may settle the Board's own matters: its decisions, minutes and letters."""
ADMINS = frozenset({StaffRole.ADMIN})


def staff_roles(held: Iterable[Role]) -> frozenset[StaffRole]:
    """What a person may be to the pages, from the roles held on a day; empty for a head or a provider's lead."""
    return frozenset(ROLES[role] for role in held if role in ROLES)


def is_over(
    now: datetime, *, last_seen_at: datetime, expires_at: datetime, revoked_at: datetime | None, idle: timedelta
) -> bool:
    """Whether a session has ended: revoked, too old, or left idle (OWASP ASVS 5.0, 7.3.1 and 7.3.2)."""
    return revoked_at is not None or now >= expires_at or now - last_seen_at >= idle


def own_path(asked: str) -> str:
    """Where to go on to after signing in: a path of our own as it was asked for, else the first page.

    Whatever a browser could read as another site's address is refused: a scheme, a host, two slashes, a backslash, a
    control character or a space (OWASP: unvalidated redirects).
    """
    plain = all("!" <= sign <= "~" and sign != "\\" for sign in asked)
    try:
        parts = urlsplit(asked)
    except ValueError:
        return "/"
    if not plain or not asked.startswith("/") or asked.startswith("//") or parts.scheme or parts.netloc:
        return "/"
    return asked if len(asked) <= 200 else "/"
