"""Desks for commands: one that only looks, and one that acts in one transaction and makes the e-mails that follow."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.desk import Desk


@contextmanager
def reading_desk(as_of: date | None) -> Iterator["Desk"]:
    """A desk for looking only: nothing can be written at it."""
    from casework.desk import desk_for
    from config import clock
    from config.database import reading_scope

    with reading_scope() as session:
        yield desk_for(session, as_of or clock.today(), actor="officer")


@contextmanager
def at_a_desk(as_of: date | None, actor: str = "officer") -> Iterator["Desk"]:
    """A desk for a day, today when it is left out; nothing stays when anything was refused."""
    from casework import composing
    from casework.desk import desk_for
    from config import clock
    from config.database import session_scope

    with session_scope() as session:
        desk = desk_for(session, as_of or clock.today(), actor=actor)
        yield desk
        session.flush()
        composing.compose(desk)
