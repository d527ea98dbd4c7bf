"""Officers are told of each new task once, however many there are."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import composing
from models.commissions import Commission
from models.contacts import Contact
from models.messages import Notice
from models.officer_tasks import OfficerTask
from tests.casework.stages import active
from tests.casework.world import START, desk_at
from tests.counting import counted

TASKS = 5


@pytest.fixture
def waiting(session: Session, monkeypatch: pytest.MonkeyPatch) -> Commission:
    """Five tasks of one officer, more than are told at once, and one that is nobody's."""
    case = active(session)
    session.execute(sa.update(OfficerTask).values(told_on=START))
    officer = session.scalars(sa.select(Contact.id).where(Contact.surname == "Hallett")).one()
    raised = {"commission_id": case.id, "kind": "phone", "raised_on": START, "due_on": START}
    session.add_all(
        OfficerTask(key=f"task-{n}", officer_id=officer, text=f"Phone {n}.", **raised) for n in range(TASKS)
    )
    session.add(OfficerTask(key="nobodys", officer_id=None, text="Nobody's.", **raised))
    session.flush()
    monkeypatch.setattr(composing, "AT_ONCE", 2)
    return case


@pytest.mark.usefixtures("waiting")
def test_all_are_told_once_a_few_at_a_time(session: Session) -> None:
    before = session.scalar(sa.select(sa.func.count(Notice.id))) or 0
    desk = desk_at(session, START)
    with counted(session) as asked:
        assert composing.tell_officers(desk) == TASKS
    assert sum("FROM officer_tasks" in one for one in asked) == 3
    assert sum("FROM commissions" in one for one in asked) == 3
    assert session.scalar(sa.select(sa.func.count(Notice.id))) == before + TASKS
    assert set(session.scalars(sa.select(OfficerTask.key).where(OfficerTask.told_on.is_(None)))) == {"nobodys"}
    assert composing.tell_officers(desk) == 0


@pytest.mark.usefixtures("waiting")
def test_beyond_the_calendar_they_wait_and_an_operator_hears_how_many(session: Session) -> None:
    desk = desk_at(session, date(2031, 1, 6))
    assert composing.tell_officers(desk) == 0
    assert [one.split(":")[0] for one in desk.failed_checks] == [f"{TASKS} tasks wait to be told to their officers"]
    untold = sa.select(sa.func.count()).where(OfficerTask.told_on.is_(None), OfficerTask.officer_id.is_not(None))
    assert session.scalar(untold) == TASKS
