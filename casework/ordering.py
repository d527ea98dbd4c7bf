"""Commissioning as an officer asks for it: the case found or opened, confirmed if it is not yet, its run started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from analysis.matching import Ranking
from casework import brokering, commissioning, notices, opening
from casework.desk import Desk
from casework.lifecycle import locked
from casework.run_proposal import ProposedCase, keep, propose_run
from models.commissions import Commission, CommissionState
from models.priorities import Priority
from models.providers import Provider
from models.schools import School
from models.themes import Theme
from queries.due import confirmed_cases
from queries.run_requests import NOT_STARTED
from rules.errors import Refused
from rules.lifecycle import words

AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class RunDone:
    """What became of a run over many: the cases that started, and those that wait with a task that says why."""

    started: tuple[int, ...]
    left: tuple[int, ...]


def ranking_for(desk: Desk, urn: int, theme: str) -> Ranking:
    """Every provider as it would be asked for support that nobody has opened a case for yet."""
    if desk.session.get(School, urn) is None:
        raise Refused(f"There is no school with URN {urn}.")
    return brokering.ranking(desk, Commission(reference=f"{urn} {theme}", urn=urn, theme=theme))


def order(desk: Desk, urn: int, theme: str, pence: int, reason: str, provider: str | None) -> Commission:
    """Commission support for one school and theme; a case that is only identified is confirmed under delegated
    authority.

    Raises:
        Refused: with every objection; nothing has changed.
    """
    if desk.session.get(Theme, theme) is None:
        known = ", ".join(desk.session.scalars(sa.select(Theme.code).order_by(Theme.code)))
        raise Refused(f"There is no theme {theme!r}; the themes are {known}.")
    case = opening.open_case_of(desk, urn, theme)
    if case is None:
        case = opening.open_case(desk, urn, theme, reason, priority=_priority(desk, urn, theme))
    case = locked(desk, case.id)
    if case.state is CommissionState.IDENTIFIED:
        opening.confirm(desk, case, reason)
    if case.state is not CommissionState.CONFIRMED:
        raise Refused(
            f"{case.school.name} already has an open case for this theme: {case.reference} is {words(case.state)}."
        )
    commissioning.start(desk, case, pence, wanted=_provider(desk, provider))
    return case


def suggest(desk: Desk, commission_ids: Sequence[int], pence: int) -> tuple[ProposedCase, ...]:
    """Which provider each case should ask first, solved for all of them together under capacity, with reasons."""
    ranked = [one for one in confirmed_cases(desk.session) if one in set(commission_ids)]
    return propose_run(desk, pence, ranked).cases


def start_many(desk: Desk, wanted: Mapping[int, str | None], pence: int) -> RunDone:
    """Start these cases, the worst evidence first, as far as the money goes; an officer is told what waits, and why.

    `wanted` names by its code the provider that a case asks first, or leaves that to the run: it is solved for all of
    them together. Where a case asks whom the run proposes, how it chose is kept with it.
    """
    for one in wanted:
        locked(desk, one)
    started, left = [], []
    for proposed in propose_run(desk, pence, list(wanted)).cases:
        case = locked(desk, proposed.commission_id)
        code = wanted[case.id] or proposed.code
        try:
            with desk.session.begin_nested():
                commissioning.start(desk, case, pence, wanted=_provider(desk, code))
                if code == proposed.code:
                    keep(desk, case, proposed)
            started.append(case.id)
        except Refused as refused:
            notices.ask_officer(desk, case, NOT_STARTED, str(refused))
            left.append(case.id)
    return RunDone(tuple(started), tuple(left))


def _priority(desk: Desk, urn: int, theme: str) -> Priority | None:
    """What the last identification says of the school and theme, so that the case carries its evidence."""
    return desk.session.scalars(
        sa.select(Priority).where(Priority.urn == urn, Priority.theme == theme).order_by(Priority.id.desc()).limit(1)
    ).one_or_none()


def _provider(desk: Desk, code: str | None) -> Provider | None:
    if not code:
        return None
    found = desk.session.scalars(sa.select(Provider).where(Provider.code == code)).one_or_none()
    if found is None:
        raise Refused(f"There is no provider with the code {code!r}.")
    return found
