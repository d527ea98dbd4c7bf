"""A programme of which nothing can be told: nothing has begun, no results are out yet, or they are of few pupils."""

import pytest
from sqlalchemy.orm import Session

from casework.board_impact import board_impact
from casework.programme import programme, programmes
from tests.casework.programme_world import AFTER, ENDED, a_rich_world, make_programme
from tests.templates import World


@pytest.fixture
def template_world() -> World:
    return a_rich_world


def test_before_the_results_are_out_nothing_is_told(session: Session) -> None:
    make_programme(session, {"TSA1": [20.0] * 3}, world=False)
    found = programme(session, ENDED)
    assert (found.whole.cases, found.whole.evaluated, found.whole.effect) == (3, 0, None)
    assert found.whole.words.startswith("Nothing can be told yet")
    assert "Of 3 that are over, 0 can be held against" in board_impact(session, ENDED).sentences[1]


@pytest.mark.parametrize("cohort", [4, 5])
def test_figures_of_few_pupils_are_in_no_sum(session: Session, cohort: int) -> None:
    make_programme(session, {"TSA1": [20.0] * 2, "HUB1": [5.0]}, cohort=cohort, world=False)
    for found in programmes(session, AFTER):
        assert all(one.evaluated == 0 and one.effect is None for one in (found.whole, *found.groups))


def test_an_empty_programme(session: Session) -> None:
    assert programme(session, AFTER).groups == ()
    assert board_impact(session, AFTER).sentences == ("No support has begun yet.",)
