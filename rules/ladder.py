"""The ladder of a round: who is told what, how many school days from the day an impact update is due."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.half_terms import SchoolCalendar
from rules.policy import LadderPolicy


class Rung(enum.StrEnum):
    """In the order in which they fall. `CLOSE` is the end of the half term: unanswered means missed."""

    REQUEST = "request"
    NUDGE = "nudge"
    REMINDER = "reminder"
    SECOND_REMINDER = "second-reminder"
    OFFICER_TASK = "officer-task"
    CHAIR_LINE = "chair-line"
    CLOSE = "close"


TO_THE_PARTY = frozenset({Rung.REQUEST, Rung.NUDGE, Rung.REMINDER, Rung.SECOND_REMINDER})
_ORDER = {rung: place for place, rung in enumerate(Rung)}


@dataclass(frozen=True, slots=True)
class RungDay:
    rung: Rung
    day: date


@dataclass(frozen=True, slots=True)
class LadderStep:
    """What a day asks of one update: the rungs to carry out, those passed over, and the next day to look again.

    `act` holds at most one rung that writes to the party (the latest due) and, beside it, the officer's task and the
    Chair's line when they are due too. `skipped` are earlier rungs to the party that a missed run left behind.
    """

    act: tuple[RungDay, ...]
    skipped: tuple[RungDay, ...]
    next_on: date | None


def rung_days(
    calendar: SchoolCalendar, opened_on: date, due_on: date, closes_on: date, policy: LadderPolicy
) -> tuple[RungDay, ...]:
    """Every rung with its day, in order.

    A rung that would fall before the update was opened falls on the day it was opened; one that would fall after the
    round's close does not happen. `CLOSE` is the day after the half term's last school day, so that an answer on that
    day counts.
    """
    offsets = (
        (Rung.REQUEST, policy.request),
        (Rung.NUDGE, policy.nudge),
        (Rung.REMINDER, policy.reminder),
        (Rung.SECOND_REMINDER, policy.second_reminder),
        (Rung.OFFICER_TASK, policy.officer_task),
        (Rung.CHAIR_LINE, policy.chair_line),
    )
    days = [
        RungDay(rung, day)
        for rung, offset in offsets
        if (day := _offset_day(calendar, due_on, offset, closes_on)) is not None
    ]
    days = [RungDay(r.rung, max(r.day, opened_on)) for r in days if r.day <= closes_on]
    return (*days, RungDay(Rung.CLOSE, _day_after(closes_on)))


def step(rungs: tuple[RungDay, ...], last_done: Rung | None, as_of: date) -> LadderStep:
    """What is due on or before `as_of` and has not been done: the latest rung to the party once, earlier ones skipped.

    Once the round has closed only the close is left; e-mails that were not sent by then are skipped.
    """
    done = -1 if last_done is None else _ORDER[last_done]
    left = [r for r in rungs if _ORDER[r.rung] > done]
    due = [r for r in left if r.day <= as_of]
    later = [r for r in left if r.day > as_of]
    next_on = later[0].day if later else None
    if any(r.rung is Rung.CLOSE for r in due):
        return LadderStep(
            tuple(r for r in due if r.rung is Rung.CLOSE), tuple(r for r in due if r.rung is not Rung.CLOSE), None
        )
    mails = [r for r in due if r.rung in TO_THE_PARTY]
    others = [r for r in due if r.rung not in TO_THE_PARTY]
    # From the officer's task on, e-mail to the party stops: a reminder left behind by then is not sent late.
    latest = mails[-1:] if not others else []
    skipped = tuple(r for r in mails if r not in latest)
    return LadderStep(tuple(latest + others), skipped, next_on)


def overtaken(steps: Sequence[str]) -> list[int]:
    """Of what one person is told of one update on one day, the places of those letters that a later rung overtakes."""
    rungs = {place: _ORDER[Rung(one)] for place, one in enumerate(steps) if one in TO_THE_PARTY}
    return [place for place, order in rungs.items() if order < max(rungs.values())]


def _offset_day(calendar: SchoolCalendar, due_on: date, offset: int, closes_on: date) -> date | None:
    """The rung's day; None when it lies so far past the close that the calendar need not know it."""
    if offset > 0 and calendar.between(due_on, closes_on) < offset:
        return None
    return calendar.add(due_on, offset)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
