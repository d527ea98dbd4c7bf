"""Working through a batch of ids in one transaction, one savepoint a case: what goes wrong with one harms no other."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from casework.desk import Desk, desk_for
from config.database import session_scope
from queries.in_parts import in_parts
from rules.errors import Refused
from rules.half_terms import CalendarExhausted

SIZE = 1_200
"""A national round of 24,000 is then fewer than fifty task runs, each of which costs Prefect's server 10 to 30 ms."""


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """How many were looked at and how many changed; what an operator must look at. Ids and references only."""

    seen: int = 0
    changed: int = 0
    failed_checks: tuple[str, ...] = field(default=())


@contextmanager
def at_a_desk(as_of: date, actor: str = "system") -> Iterator[Desk]:
    """A desk on a session that commits at the end, or rolls back when anything was raised."""
    with session_scope() as session:
        yield desk_for(session, as_of, actor=actor)


def each(desk: Desk, ids: Sequence[int], act: Callable[[Desk, int], bool]) -> BatchOutcome:
    """Do `act` to each id inside its own savepoint. A refusal is kept as a failed check; the rest goes on."""
    changed = 0
    for one in ids:
        try:
            with desk.session.begin_nested():
                changed += bool(act(desk, one))
        except (Refused, CalendarExhausted) as error:
            desk.failed_checks.append(f"Number {one}: {error}")
    return BatchOutcome(len(ids), changed, tuple(desk.failed_checks))


def chunks(ids: list[int], size: int = SIZE) -> list[list[int]]:
    """Ids in batches: one Prefect task a batch, never one a school or an e-mail (ADR 0007)."""
    return [list(some) for some in in_parts(ids, size)]


def together(outcomes: Sequence[BatchOutcome]) -> BatchOutcome:
    """The outcomes of several batches as one."""
    return BatchOutcome(
        sum(o.seen for o in outcomes),
        sum(o.changed for o in outcomes),
        tuple(check for o in outcomes for check in o.failed_checks),
    )
