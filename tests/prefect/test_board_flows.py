"""The Board's flows as runs on a real Prefect server: completed, with their facts, and nothing new the second time."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from prefect import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterDeploymentId
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework import circulation, minutes
from config.database import session_factory
from flows.board_tick import board_tick
from flows.circulate_minutes import circulate_minutes
from flows.prepare_board import prepare_board
from models.board import Attendance, GroupLetter, Meeting, MeetingState, Presence
from models.board_papers import Pack
from models.messages import Notice
from tests.casework.board_world import Board, held, make_board
from tests.casework.world import START

pytestmark = [pytest.mark.prefect_server, pytest.mark.xdist_group("prefect_server"), pytest.mark.timeout(240)]

INVITING, PAPERS = date(2025, 11, 6), date(2025, 11, 27)


def begin(session: Session) -> Board:
    """A review held with its minutes published; two meetings that a member missed, as an older version left them."""
    board = make_board(session)
    desk, review = held(session, board, START)
    minutes.draft(desk, review)
    minutes.agree(desk, review, "the Board")
    minutes.publish(desk, review)
    circulation.subscribe_networks(desk)
    missed = session.scalars(sa.select(Meeting).where(Meeting.number == 1)).one()
    missed.state = MeetingState.HELD
    session.add(Attendance(meeting_id=missed.id, member_id=board.members[0], presence=Presence.ABSENT))
    session.execute(
        sa.update(Attendance).where(Attendance.member_id == board.members[0]).values(presence=Presence.ABSENT)
    )
    return board


async def test_each_flow_does_its_work_once(prefect_server: str, engine: Engine, database: str) -> None:
    with session_factory(engine).begin() as session:
        begin(session)
    found = [await prepare_board(as_of=day) for day in (INVITING, INVITING, PAPERS, PAPERS)]
    assert [(one["invitations"], one["packs"]) for one in found] == [(8, 0), (0, 0), (0, 1), (0, 0)]
    assert [(await board_tick(as_of=PAPERS))["letters"] for _ in range(2)] == [1, 0]
    sent = [(await circulate_minutes(as_of=START + timedelta(days=1))) for _ in range(2)]
    assert [(one["minutes"], one["people"]) for one in sent] == [(1, 10), (0, 0)]
    with session_factory(engine)() as session:
        assert len(session.scalars(sa.select(GroupLetter)).all()) == 1
        assert len(session.scalars(sa.select(Pack)).all()) == 1
        templates = session.scalars(sa.select(Notice.template)).all()
    assert {name: templates.count(name) for name in set(templates)} == {
        "board-invitation": 8,
        "board-pack-ready": 8,
        "letter-to-send": 1,
        "minutes-published": 10,
    }
    async with get_client() as client:
        assert str(client.api_url).rstrip("/") == prefect_server.rstrip("/")
        named = FlowFilter(name=FlowFilterName(any_=["prepare-board", "board-tick", "circulate-minutes"]))
        ours = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(is_null_=True))
        runs = await client.read_flow_runs(flow_filter=named, flow_run_filter=ours)
    assert len(runs) >= 8
    assert all(run.state is not None and run.state.is_completed() for run in runs)
