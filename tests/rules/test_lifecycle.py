"""The transition table: complete, with ends that end, and refusals that name both states."""

import pytest

from models.commissions import ENDED, CommissionState
from rules.lifecycle import TRANSITIONS, IllegalTransition, check, words


def test_every_state_has_a_row_and_ends_have_no_way_out() -> None:
    assert set(TRANSITIONS) == set(CommissionState)
    assert {state for state, after in TRANSITIONS.items() if not after} == ENDED


def test_every_state_can_be_reached_and_can_end() -> None:
    reached = {CommissionState.IDENTIFIED}
    while True:
        more = {after for state in reached for after in TRANSITIONS[state]} - reached
        if not more:
            break
        reached |= more
    assert reached == set(CommissionState)
    for state in set(CommissionState) - ENDED:
        assert TRANSITIONS[state] & (ENDED | set(CommissionState)), state


@pytest.mark.parametrize("before", CommissionState)
@pytest.mark.parametrize("after", CommissionState)
def test_what_the_table_does_not_allow_is_refused_and_names_both(
    before: CommissionState, after: CommissionState
) -> None:
    if after in TRANSITIONS[before]:
        check("SIB-2026-014", before, after)
    else:
        with pytest.raises(IllegalTransition) as caught:
            check("SIB-2026-014", before, after)
        assert str(caught.value) == f"SIB-2026-014 is {words(before)} and cannot become {words(after)}."


def test_a_paused_case_resumes_only_to_where_it_was() -> None:
    check("R", CommissionState.PAUSED, CommissionState.ACTIVE, CommissionState.ACTIVE)
    with pytest.raises(IllegalTransition):
        check("R", CommissionState.PAUSED, CommissionState.PLANNING, CommissionState.ACTIVE)
