"""The one function that sets the state of a meeting, a decision, minutes, a letter or a referral."""

import enum
from typing import Any, Protocol

from rules.board_states import check


class _Stateful(Protocol):
    state: Any


def move(row: _Stateful, to: enum.StrEnum, what: str) -> None:
    """Set the state of a row whose machine is in `rules.board_states`.

    Raises:
        Refused: the table does not let `to` follow; nothing has changed.
    """
    check(what, row.state, to)
    row.state = to
