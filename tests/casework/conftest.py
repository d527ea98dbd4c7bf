"""Every database of this room has the small world in it."""

import pytest

from tests.casework.world import make_world
from tests.templates import World


@pytest.fixture
def template_world() -> World:
    """A module or a test may say another, or more."""
    return make_world
