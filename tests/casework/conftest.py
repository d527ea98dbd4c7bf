"""Every database of this room has the small world in it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.commissions import Commission
from tests.casework.stages import world_with
from tests.casework.world import make_world
from tests.templates import World


@pytest.fixture(autouse=True)
def _one_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The links of a world that several tests copy open with the key of each."""
    monkeypatch.setenv("SIB_SECRET_KEY", "a key for the links of this room's worlds")


@pytest.fixture
def template_world(request: pytest.FixtureRequest) -> World:
    """With a case at the stage that the test or its module is marked with; a module may say another world."""
    marked = request.node.get_closest_marker("stage")
    return world_with(*marked.args) if marked else make_world


@pytest.fixture
def case(session: Session, facts: Any) -> Commission:
    """The case of a test that is marked with its stage."""
    return session.get_one(Commission, facts)
