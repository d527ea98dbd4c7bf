"""What a page costs: so many questions to the database at most, so many bytes; counts, never timings."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from config import clock
from config.database import engine, session_scope
from models.messages import Message, MessageState
from tests.counting import counted
from tests.web.conftest import TODAY, Site
from tests.web.states import everybody, officers

MOST_QUERIES, MOST_BYTES = 30, 200_000
A_CASE = 25
"""What the page of a case asks at most, so that there is room for what it shows next."""
NO_QUESTION = ("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
"""What only opens and ends a piece of work, and asks the database for no data."""


def questions() -> AbstractContextManager[list[str]]:
    """The statements that the pages' own engine is asked meanwhile."""
    return counted(engine(), but=NO_QUESTION)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_page_asks_too_much_or_weighs_too_much(site: Site) -> None:
    found = {}
    cases = {f"/cases/{reference}" for reference in site.cases.values()}
    for path in [*officers(site), *everybody(site)]:
        with questions() as asked:
            answered = site.get(path)
        assert answered.status_code in (200, 404), path
        found[path] = len(asked)
        assert len(answered.content) < MOST_BYTES, (path, len(answered.content))
        most = A_CASE if path in cases else MOST_QUERIES
        assert len(asked) <= most, (path, len(asked), asked)
    assert max(found.values()) > 5  # the listener does hear the pages' engine


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("waiting", [pytest.param(0, id="mail went"), pytest.param(2, id="mail waits")])
def test_the_preview_of_any_day_asks_no_more(site: Site, waiting: int) -> None:
    """Of a day on which a silent provider's offer ends and whom to ask next is worked out anew, too. Mail that has not
    gone by then costs two more: which it is, and what it says.
    """
    if not waiting:
        with session_scope() as session:
            session.execute(sa.update(Message).values(state=MessageState.SENT, sent_at=clock.now()))
    found = {}
    for stage, reference in site.cases.items():
        for day in [TODAY + timedelta(days=one) for one in range(0, 90, 2)]:
            with questions() as asked:
                site.get(f"/cases/{reference}/preview?day={day}")
            found[stage, day] = len(asked)
    assert max(found.values()) <= MOST_QUERIES + waiting, sorted(found.items(), key=lambda one: -one[1])[:5]
