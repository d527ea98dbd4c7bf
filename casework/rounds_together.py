"""Opening the rounds of a whole batch at once: what is plain together, what wants a look at the case is left."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework import events, rounds
from casework.desk import Desk
from casework.rounds import OPENED, Opening, Term
from models.commissions import Commission, CommissionState
from models.rounds import ImpactUpdate, Round
from queries.in_parts import in_parts
from rules.half_terms import CalendarExhausted


def open_together(desk: Desk, commission_ids: Collection[int]) -> tuple[int, list[int]]:
    """Open the due rounds of those cases that are active and whose days the calendar knows; of how many a round was
    opened, and which cases are left for `rounds.open_round`, one by one.
    """
    opened, left = 0, []
    known: dict[tuple[int, date | None, date | None, frozenset[Term]], Opening] = {}
    for some in in_parts(sorted(commission_ids)):
        cases = _locked(desk, some)
        left += [one for one in some if one not in cases]
        desk.calendars.prepare([urn for urn, *_ in cases.values()])
        asked = _asked(desk, some)
        today: dict[int, Opening] = {}
        for one, (urn, starts_on, ends_on) in cases.items():
            calendar, before = desk.calendars.of_school(urn), frozenset(asked[one])
            about = (id(calendar), starts_on, ends_on, before)
            try:
                if about not in known:
                    known[about] = rounds.opening(desk, calendar, starts_on, ends_on, before)
            except CalendarExhausted:
                left.append(one)
                continue
            if known[about].exhausted is None:
                today[one] = known[about]
            else:
                left.append(one)
        opened += _open(desk, today)
    return opened, left


def _locked(desk: Desk, commission_ids: Collection[int]) -> dict[int, tuple[int, date | None, date | None]]:
    """Those cases that are active, locked until the transaction ends: school, first and last day of the support."""
    rows = desk.session.execute(
        sa.select(Commission.id, Commission.state, Commission.urn, Commission.starts_on, Commission.ends_on)
        .where(Commission.id.in_(commission_ids))
        .order_by(Commission.id)
        .with_for_update()
    )
    return {one: (urn, *days) for one, state, urn, *days in rows if state is CommissionState.ACTIVE}


def _asked(desk: Desk, commission_ids: Collection[int]) -> dict[int, set[Term]]:
    found: dict[int, set[Term]] = defaultdict(set)
    rows = desk.session.execute(
        sa.select(ImpactUpdate.commission_id, Round.academic_year, Round.number)
        .join(Round, Round.id == ImpactUpdate.round_id)
        .where(ImpactUpdate.commission_id.in_(commission_ids))
        .distinct()
    )
    for one, year, number in rows:
        found[one].add((year, number))
    return found


def _open(desk: Desk, today: dict[int, Opening]) -> int:
    """Keep what the day does about each of these cases; for how many a round opens."""
    rows: list[dict[str, Any]] = []
    said: dict[int, tuple[str, dict[str, Any]]] = {}
    next_on: dict[date | None, list[int]] = defaultdict(list)
    ids: dict[Term, int] = {}
    for one, opening in today.items():
        next_on[opening.next_on].append(one)
        if opening.round is None:
            continue
        half_term = opening.round.half_term
        term = (half_term.academic_year, half_term.number)
        if term not in ids:
            ids[term] = rounds.round_of(desk, half_term).id
        rows += rounds.updates(desk, opening, ids[term], one)
        said[one] = rounds.told(opening.round, ids[term])
    if rows:
        desk.session.flush()
        desk.session.connection().execute(sa.insert(ImpactUpdate), rows)
        events.record_together(desk, OPENED, said)
    for day, some in next_on.items():
        desk.session.execute(
            sa.update(Commission)
            .where(Commission.id.in_(some))
            .values(next_round_on=day)
            .execution_options(synchronize_session=False)
        )
    return len(said)
