"""A whole school year of the invented area, day by day, on real Prefect runs and real mail."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from casework.fund import open_year
from config.database import reading_scope, session_scope
from config.settings import settings
from models.board import Meeting
from models.commissions import Commission, CommissionState
from models.messages import Message, MessageState
from models.priorities import Priority
from models.schools import School
from queries.due import next_due_day
from rules.errors import Refused
from sample.actors import Actors
from sample.board_year import BoardYear
from sample.loading import load_area
from sample.officers import Officers
from sample.personas import Offered, cast
from sample.results_day import publish_results, results_day

SCHOOLS = 155
POUNDS_A_CASE = 4_500.0
MOST_CONFIRMED = 20
GRANT, RING_FENCE = 10_000_000, 450_000
MOST_ROUNDS_A_DAY = 4

Say = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class DemoYear:
    """The school year that is played: its first day and the last day of work. `results_on` is the day after it on which
    its results are out, where the year is played to its end."""

    academic_year: str
    first: date
    last: date
    results_on: date | None

    @property
    def stands_on(self) -> date:
        """The day on which the demo's calendar stands still."""
        return self.results_on or self.last


def year_of(words: str, until: date | None = None) -> DemoYear:
    """The school year of `2025-26`, to its end or to a day in it.

    Raises:
        Refused: it is not written so, or the day lies outside it.
    """
    start, _, end = words.partition("-")
    if not (start.isdigit() and len(start) == 4 and end == f"{(int(start) + 1) % 100:02d}"):
        raise Refused(f"{words!r} is not a school year: write it as 2025-26.")
    first, last = date(int(start), 9, 1), date(int(start) + 1, 7, 31)
    if until is not None and not first <= until <= last:
        raise Refused(f"{until.isoformat()} is not a day from {first.isoformat()} to {last.isoformat()}.")
    return DemoYear(words, first, until or last, results_day(words) if until in {None, last} else None)


def play(year: DemoYear, *, files: Path, mailbox: Path, seed: int, say: Say) -> None:
    """Play the year. The database is empty and configured, Prefect's server and the mail server are up.

    `say` is told what is being done and how far the year has got, from 0 to 1.
    """
    # Imported here: Prefect takes three seconds, and must see the server's address first.
    from flows.circulate_minutes import circulate_minutes
    from flows.commission import commission_confirmed
    from flows.deliver import deliver
    from flows.evaluate import evaluate
    from flows.identify import identify
    from flows.prepare_board import prepare_board
    from flows.tick import tick

    say("Inventing an area and importing its files", 0.0)
    load_area(files, schools=SCHOOLS, active=0, seed=seed, start=year.first)
    with session_scope() as session:
        for first_year in (year.first.year, year.first.year + 1):
            open_year(session, first_year, GRANT, RING_FENCE)
        review = session.scalars(
            sa.select(Meeting.day).where(Meeting.academic_year == year.academic_year, Meeting.number == 0)
        ).one()
    with asyncio.Runner() as runner:

        def run(flow: Any, **parameters: Any) -> Any:
            return runner.run(flow(**parameters))

        say("Identifying priorities from three years of results", 0.05)
        run(identify, la=int(settings().area), as_of=year.first + timedelta(days=4))
        officers = Officers(stories={})
        flows = {"prepare-board": prepare_board, "circulate-minutes": circulate_minutes}
        board = BoardYear(lambda name, day: run(flows[name], as_of=day), year.academic_year)
        board.begin(year.first)
        confirmed, rejected = board.review_results(review, MOST_CONFIRMED)
        say(f"The Board confirms {confirmed} priorities and rejects {rejected}", 0.08)
        run(commission_confirmed, pounds=POUNDS_A_CASE, as_of=review)
        stories = cast(_offered())
        officers.stories.update(stories)
        actors = Actors(mailbox, stories)
        today = review
        while today <= year.last:
            if today.weekday() < 5:
                say(
                    f"{today:%A %-d %B %Y}",
                    0.1 + 0.88 * (today - year.first) / max(year.last - year.first, timedelta(days=1)),
                )
                board.play(today)
                if _anything_due(today):
                    run(tick, as_of=today)
                for _ in range(MOST_ROUNDS_A_DAY):
                    if _anything_queued(today):
                        run(deliver, as_of=today)
                    read = actors.read_mail(today)
                    done = actors.act(today) + officers.work(today)
                    if not (read or done):
                        break
            today += timedelta(days=1)
        if year.results_on:
            say(f"{year.results_on:%A %-d %B %Y}: results are out; cases are evaluated and priorities found anew", 0.99)
            publish_results(files, stories, schools=SCHOOLS, seed=seed, start=year.first)
            run(evaluate, as_of=year.results_on)
            run(identify, la=int(settings().area), as_of=year.results_on)
    if actors.refused or officers.refused:
        say(f"The system said no {len(actors.refused) + len(officers.refused)} times", 1.0)


def _offered() -> list[Offered]:
    with reading_scope() as session:
        rows = session.execute(
            sa.select(Commission.id, School.is_academy, Priority.is_concern)
            .join(School, School.urn == Commission.urn)
            .outerjoin(Priority, Priority.id == Commission.priority_id)
            .where(Commission.state == CommissionState.OFFERED)
            .order_by(Commission.id)
        )
        return [Offered(one, academy, bool(concern)) for one, academy, concern in rows]


def _anything_due(today: date) -> bool:
    with reading_scope() as session:
        due = next_due_day(session)
    return due is not None and due <= today


def _anything_queued(today: date) -> bool:
    with reading_scope() as session:
        return (
            session.scalar(
                sa.select(Message.id)
                .where(Message.state.in_([MessageState.QUEUED, MessageState.RETRY]), Message.day <= today)
                .limit(1)
            )
            is not None
        )
