"""Commissioning: the case found or opened and confirmed, its money reserved, support offered to the school."""

from dataclasses import dataclass
from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import composing, ordering
from config.database import reading_scope
from queries.case_list import ids_of
from queries.due import confirmed_cases
from tasks.batch import at_a_desk


@dataclass(frozen=True, slots=True)
class Commissioned:
    """A case whose run has started."""

    commission_id: int
    reference: str
    state: str


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """Which cases of a run started and which wait; what an operator must look at."""

    started: tuple[int, ...]
    left: tuple[int, ...]
    failed_checks: tuple[str, ...]


@task(name="commission-case", cache_policy=NO_CACHE)
def commission_case(
    urn: int, theme: str, pence: int, reason: str, provider: str | None, as_of: date, actor: str
) -> Commissioned:
    """Commission support for one school and theme. A case that is only identified is confirmed under delegated
    authority.

    Raises:
        Refused: with every objection; nothing has changed.
    """
    with at_a_desk(as_of, actor) as desk:
        case = ordering.order(desk, urn, theme, pence, reason, provider)
        desk.session.flush()
        composing.compose(desk)
        return Commissioned(case.id, case.reference, case.state.value)


@task(name="find-confirmed", cache_policy=NO_CACHE)
def find_confirmed(cases: dict[str, str | None] | None = None) -> dict[int, str | None]:
    """The confirmed cases that wait for their run, the worst evidence first, each with whom to ask first where that was
    said; of `cases` alone, by their references, where some were chosen.
    """
    with reading_scope() as session:
        waiting = confirmed_cases(session)
        if cases is None:
            return dict.fromkeys(waiting)
        numbers = ids_of(session, list(cases))
        chosen = {numbers[reference]: code for reference, code in cases.items() if reference in numbers}
        return {one: chosen[one] for one in waiting if one in chosen}


@task(name="start-cases", cache_policy=NO_CACHE)
def start_cases(wanted: dict[int, str | None], pence: int, as_of: date, actor: str) -> RunOutcome:
    """Start the run of each of these cases, as far as the money goes. The rest wait, and an officer is told why."""
    with at_a_desk(as_of, actor) as desk:
        done = ordering.start_many(desk, wanted, pence)
        desk.session.flush()
        composing.compose(desk)
        return RunOutcome(done.started, done.left, tuple(desk.failed_checks))
