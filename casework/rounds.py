"""Opening rounds: each half term every active commission's school and provider are asked for an impact update."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from casework import events
from casework.desk import Desk
from models.board import Meeting, MeetingState
from models.commissions import Commission, CommissionState
from models.rounds import ImpactUpdate, Round, UpdateParty
from rules.day_words import in_words
from rules.half_terms import CalendarExhausted, HalfTerm, SchoolCalendar, update_due_on
from rules.ladder import rung_days

Term = tuple[str, int]
"""A half term, by its school year and number."""
OPENED = "round-opened"


@dataclass(frozen=True, slots=True)
class NextRound:
    """The half term a case is asked about next: the day its update is asked for, is due, and closes."""

    half_term: HalfTerm
    asks_on: date
    due_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class Opening:
    """What a day does about a case's rounds: the round that opens, if any, with the day of its first rung, and the day
    on which the next one opens; `exhausted` where the calendar does not reach that one.
    """

    round: NextRound | None
    first_step_on: date | None
    next_on: date | None
    exhausted: CalendarExhausted | None = None


def set_next_round(desk: Desk, commission: Commission) -> None:
    """Work out and keep the day on which the case's next round opens; None when its support ends before one is due."""
    found = next_round(desk, commission)
    commission.next_round_on = found.asks_on if found else None


def next_round(desk: Desk, commission: Commission, asked: Collection[Term] | None = None) -> NextRound | None:
    """The first half term of the support that has not been asked about and leaves time to answer. Which have been is
    looked up, unless it is given.

    Raises:
        CalendarExhausted: the calendar ends before the support does, so that nobody can say.
    """
    asked = _asked(desk, commission) if asked is None else asked
    return _first_left(desk, desk.calendar(commission), commission.starts_on, commission.ends_on, asked)


def opening(
    desk: Desk, calendar: SchoolCalendar, starts_on: date | None, ends_on: date | None, asked: Collection[Term]
) -> Opening:
    """What the desk's day does about the rounds of support between two days: of one case, or of all that share them.

    Raises:
        CalendarExhausted: the calendar does not say which round is due.
    """
    found = _first_left(desk, calendar, starts_on, ends_on, asked)
    if found is None or found.asks_on > desk.as_of:
        return Opening(None, None, found.asks_on if found else None)
    rungs = rung_days(calendar, desk.as_of, found.due_on, found.closes_on, desk.policy.ladder)
    half_term = found.half_term
    try:
        after = _first_left(desk, calendar, starts_on, ends_on, {*asked, (half_term.academic_year, half_term.number)})
    except CalendarExhausted as error:
        return Opening(found, rungs[0].day, None, error)
    return Opening(found, rungs[0].day, after.asks_on if after else None)


def open_round(desk: Desk, commission: Commission) -> Sequence[ImpactUpdate]:
    """Open the case's due round for school and provider, and set the one after.

    Opened already, or not active: nothing.
    """
    if commission.state is not CommissionState.ACTIVE:
        commission.next_round_on = None
        return []
    try:
        calendar = desk.calendar(commission)
        today = opening(desk, calendar, commission.starts_on, commission.ends_on, _asked(desk, commission))
    except CalendarExhausted as error:
        _hold(desk, commission, error)
        return []
    made: Sequence[ImpactUpdate] = []
    if today.round is not None:
        round_id = round_of(desk, today.round.half_term).id
        wanted = sa.insert(ImpactUpdate).returning(ImpactUpdate)
        made = desk.session.scalars(wanted, updates(desk, today, round_id, commission.id)).all()
        events.record(desk, commission, OPENED, *told(today.round, round_id))
    if today.exhausted is not None:
        _hold(desk, commission, today.exhausted)
    else:
        commission.next_round_on = today.next_on
    return made


def updates(desk: Desk, today: Opening, round_id: int, commission_id: int) -> list[dict[str, Any]]:
    """The rows of what school and provider of a case are asked for in a round that opens today."""
    assert today.round is not None
    same = {
        "round_id": round_id,
        "commission_id": commission_id,
        "opened_on": desk.as_of,
        "due_on": today.round.due_on,
        "closes_on": today.round.closes_on,
        "next_step_on": today.first_step_on,
    }
    return [{"party": party, **same} for party in UpdateParty]


def told(found: NextRound, round_id: int) -> tuple[str, dict[str, Any]]:
    """What a case's log says of a round that has been opened: in a sentence, and as facts."""
    half_term = f"{found.half_term.name} {found.half_term.academic_year}"
    said = f"Impact updates for {half_term} were asked for, due on {in_words(found.due_on)}."
    return said, {"round": round_id, "due_on": found.due_on.isoformat()}


def round_of(desk: Desk, half_term: HalfTerm) -> Round:
    """The round of a half term; made by whoever comes first, found by everybody else."""
    wanted = sa.select(Round).where(Round.academic_year == half_term.academic_year, Round.number == half_term.number)
    found = desk.session.scalars(wanted).one_or_none()
    if found is None:
        try:
            with desk.session.begin_nested():
                found = Round(academic_year=half_term.academic_year, number=half_term.number, opened_on=desk.as_of)
                desk.session.add(found)
        except IntegrityError:
            found = desk.session.scalars(wanted).one()
    return found


def _hold(desk: Desk, commission: Commission, error: CalendarExhausted) -> None:
    desk.hold(commission, error)
    commission.next_round_on = commission.next_due_on


def _first_left(
    desk: Desk, calendar: SchoolCalendar, starts_on: date | None, ends_on: date | None, asked: Collection[Term]
) -> NextRound | None:
    ends_on = ends_on or desk.as_of
    since = max(starts_on or desk.as_of, desk.as_of)
    for half_term in calendar.half_terms:
        if half_term.ends_on < since or (half_term.academic_year, half_term.number) in asked:
            continue
        if half_term.starts_on > ends_on:
            return None
        found = _asked_about(desk, calendar, half_term, since)
        if found is not None:
            return found if found.due_on <= ends_on else None
    if ends_on > calendar.half_terms[-1].ends_on:
        raise CalendarExhausted(calendar.code, ends_on)
    return None


def _asked(desk: Desk, commission: Commission) -> set[Term]:
    rounds = (
        sa.select(Round.academic_year, Round.number)
        .join(ImpactUpdate, ImpactUpdate.round_id == Round.id)
        .where(ImpactUpdate.commission_id == commission.id)
    )
    return set(desk.session.execute(rounds).tuples())


def _asked_about(desk: Desk, calendar: SchoolCalendar, half_term: HalfTerm, since: date) -> NextRound | None:
    """This half term's round, or None when too few days are left to answer it.

    A round that starts late is counted from the day it really starts: nobody is overdue who was never asked.
    """
    closes_on = calendar.last_school_day(half_term)
    if closes_on <= since:
        return None
    due_on = update_due_on(calendar, half_term, _meeting_in(desk, half_term), desk.policy.board_due_days)
    if calendar.between(since, due_on) < desk.policy.shortest_notice:
        if calendar.between(since, closes_on) < desk.policy.shortest_notice:
            return None
        due_on = calendar.add(since, desk.policy.shortest_notice)
    asks_on = max(since, calendar.add(due_on, desk.policy.ladder.request))
    return NextRound(half_term, asks_on, due_on, closes_on)


def _meeting_in(desk: Desk, half_term: HalfTerm) -> date | None:
    term = (half_term.academic_year, half_term.number)
    if desk.meetings is None:
        meetings = sa.select(Meeting.academic_year, Meeting.number, Meeting.day)
        held = desk.session.execute(meetings.where(Meeting.state != MeetingState.CANCELLED))
        desk.meetings = {(year, number): day for year, number, day in held}
    return desk.meetings.get(term)
