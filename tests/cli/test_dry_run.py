"""What would be sent on a day to come: every day until then is done as it will be, and nothing is kept."""

from datetime import date

import pytest
import sqlalchemy as sa
from prefect.logging import disable_run_logger
from sqlalchemy import Engine

from casework import rounds
from cli.dry_run import WouldBeSent, foreseen
from config import clock
from config.database import session_factory
from config.settings import settings
from models.commissions import Commission
from models.messages import Message
from models.rounds import ImpactUpdate
from rules.errors import Refused
from tests.casework.stages import active
from tests.casework.world import desk_at, make_world

TODAY = date(2025, 10, 3)


@pytest.fixture
def due_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> date:
    """A case whose round opens after today; the day on which its update will be due."""
    monkeypatch.setenv("SIB_AREA", "838")
    settings.cache_clear()
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    with session_factory(engine).begin() as session:
        make_world(session)
        case = active(session)
        found = rounds.next_round(desk_at(session, TODAY), case)
        assert found is not None
        assert found.asks_on > TODAY
        return found.due_on


def foresee(day: date) -> list[WouldBeSent]:
    with disable_run_logger():
        lines, checks = foreseen([day])
    assert checks == []
    return lines


def rung(engine: Engine, due_on: date, days: int) -> date:
    with session_factory(engine)() as session:
        case = session.scalars(sa.select(Commission)).one()
        return desk_at(session, TODAY).calendar(case).add(due_on, days)


def test_a_day_to_come_shows_its_own_rung_and_not_all_before_it(engine: Engine, due_on: date) -> None:
    def of_school(day: date) -> list[tuple[str, str]]:
        return [(one.template, one.fate) for one in foresee(day) if one.recipient.startswith("head@")]

    trial = "withheld: trial mode"
    assert of_school(rung(engine, due_on, -3)) == [("impact-update-nudge", trial)]
    reminder = rung(engine, due_on, 1)
    assert of_school(reminder) == [("impact-update-reminder", trial)]
    assert of_school(rung(engine, due_on, 2)) == []
    (line,) = [one for one in foresee(reminder) if one.recipient.startswith("head@")]
    assert "overdue: impact update for School 1" in line.subject
    with session_factory(engine)() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ImpactUpdate)) == 0
        late = sa.select(sa.func.count()).select_from(Message).where(Message.day > TODAY)
        assert session.scalar(late) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_held_and_what_goes(engine: Engine, due_on: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIB_TRIAL", "false")
    settings.cache_clear()
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    fates = {one.recipient.partition("@")[0]: one.fate for one in foresee(rung(engine, due_on, 5))}
    assert fates["head"] == fates["deputy"] == "held until 08:10, then sent"
    assert {one.fate for one in foresee(rung(engine, due_on, -3))} == {"sent"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_day_too_far_off_cannot_be_foreseen(engine: Engine, due_on: date) -> None:
    with pytest.raises(Refused, match="cannot be foreseen"):
        foresee(date(2027, 3, 3))
