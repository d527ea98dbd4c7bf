"""The catalogue of themes: written when it is not there, and never over what a council has made of it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.themes import Theme
from rules.themes import DEFAULT_THEMES


def seed_themes(session: Session) -> int:
    """Add the default themes that are missing; how many."""
    known = set(session.scalars(sa.select(Theme.code)))
    new = [Theme(code=code, name=name) for code, name in DEFAULT_THEMES if code not in known]
    session.add_all(new)
    session.flush()
    return len(new)
