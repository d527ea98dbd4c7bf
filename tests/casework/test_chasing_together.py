"""A round chased together: the same notices, links and ladders as when each update is chased alone."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework import chasing, rounds
from config.database import session_factory
from models.links import Link
from models.messages import Notice
from models.rounds import ImpactUpdate
from queries import open_updates
from tests.casework.stages import active
from tests.casework.world import SCHOOLS, desk_at


def told(session: Session) -> tuple[list[Any], list[Any]]:
    """The notices and links of updates, without what is drawn by chance."""
    notices = sa.select(Notice.key, Notice.template, Notice.day, Notice.step, Notice.state, Notice.context)
    links = sa.select(Link.id, Link.subject_id, Link.contact_id, Link.generation, Link.expires_on)
    return (
        [tuple(row) for row in session.execute(notices.where(Notice.update_id.is_not(None)).order_by(Notice.key))],
        [tuple(row) for row in session.execute(links.where(Link.purpose == "update").order_by(Link.id))],
    )


def test_a_round_chased_together_is_the_round_chased_one_by_one(engine: Engine) -> None:
    with session_factory(engine).begin() as session:
        cases = [active(session, urn) for urn in SCHOOLS[:2]]
        opens = max(case.next_round_on or date(2025, 10, 1) for case in cases)
        assert all(rounds.open_round(desk_at(session, opens), case) for case in cases)
        days = [opens + timedelta(days=n) for n in (0, 10, 18, 25)]
    found, seen = [], 0
    for together in (False, True):
        with session_factory(engine)() as session:
            for day in days:
                desk = desk_at(session, day)
                if together:
                    plain = open_updates.lock(session, session.scalars(sa.select(ImpactUpdate.id)).all())
                    to = chasing.recipients(desk, plain)
                    _, left = chasing.chase_together(desk, plain, to)
                    seen += len(left)
                    updates = [session.get_one(ImpactUpdate, one) for one in left]
                else:
                    updates = list(session.scalars(sa.select(ImpactUpdate).order_by(ImpactUpdate.id)))
                    to = chasing.recipients(desk, [update.commission for update in updates])
                for update in updates:
                    chasing.chase(desk, update, to)
                session.flush()
            # Numbers from a sequence are not given back: links are compared from the first.
            notices, links = told(session)
            first = links[0][0]
            text = str(notices)
            for number, *_ in reversed(links):
                text = text.replace(f"link:{number}'", f"link:+{number - first}'")
            ladders = sa.select(ImpactUpdate.last_rung, ImpactUpdate.next_step_on, ImpactUpdate.state)
            stand = [tuple(row) for row in session.execute(ladders.order_by(ImpactUpdate.id))]
            found.append((text, [row[1:] for row in links], stand))
            session.rollback()
    assert found[0] == found[1]
    assert len(found[0][1]) >= 4
    assert seen, "some were left to be chased alone"
