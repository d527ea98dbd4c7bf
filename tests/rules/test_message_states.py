"""The table of a message's states, and which e-mails may go twice."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.catalogue import DRAFTS, KINDS
from models.messages import MessageState as S
from rules import message_states
from rules.message_states import CHASERS, TRANSITIONS, IllegalMessageState, check, may_be_resent, sources
from rules.retries import FEWEST, FIRST, LONGEST, next_attempt

FIRST_TRY = datetime(2025, 11, 12, 9, tzinfo=UTC)


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(S)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(S, S)))
def test_what_the_table_does_not_allow_is_refused_with_both_states(before: S, after: S) -> None:
    assert (before in sources(after)) is (after in TRANSITIONS[before])
    if after in TRANSITIONS[before]:
        check(7, before, after)
        return
    with pytest.raises(IllegalMessageState) as refused:
        check(7, before, after)
    assert (refused.value.message_id, refused.value.before, refused.value.after) == (7, before, after)
    assert message_states.words(before) in str(refused.value)
    assert message_states.words(after) in str(refused.value)


def test_what_has_gone_never_waits_again_by_itself() -> None:
    assert TRANSITIONS[S.SENT] == {S.BOUNCED}
    assert not TRANSITIONS[S.UNKNOWN] & {S.SENDING, S.SENT}
    assert sources(S.SENDING) == (S.QUEUED, S.RETRY)


def test_every_state_can_be_reached_and_no_message_is_stuck() -> None:
    assert set().union(*TRANSITIONS.values()) == set(S)
    assert all(TRANSITIONS[state] for state in S)


def test_chasers_are_e_mails_that_there_are() -> None:
    assert set(KINDS) >= CHASERS
    assert not CHASERS & DRAFTS


@pytest.mark.parametrize(
    ("template", "digested", "may"),
    [
        ("impact-update-nudge", (), True),
        ("plan-agreed", (), False),
        ("support-offered", (), False),
        ("digest", ("impact-update-nudge", "impact-update-request"), True),
        ("digest", ("impact-update-nudge", "plan-agreed"), False),
        ("digest", (), False),
    ],
)
def test_a_chaser_may_go_once_more_a_letter_waits(template: str, digested: tuple[str, ...], may: bool) -> None:
    assert may_be_resent(template, digested) is may


@given(attempts=st.integers(1, 60), message_id=st.integers(1, 10**9), hours=st.floats(0, 100))
def test_waits_grow_are_jittered_and_end(attempts: int, message_id: int, hours: float) -> None:
    now = FIRST_TRY + timedelta(hours=hours)
    at_most = timedelta(hours=72)
    found = next_attempt(now, attempts, message_id, first=FIRST_TRY, at_most=at_most)
    wait = min(FIRST * 2 ** min(attempts - 1, 10), LONGEST)
    if found is None:
        assert attempts >= FEWEST
        assert now + wait * 1.25 > FIRST_TRY + at_most
    else:
        assert wait <= found - now <= wait * 1.25
        assert attempts < FEWEST or found <= FIRST_TRY + at_most


def test_a_thousand_that_failed_together_do_not_come_back_together() -> None:
    again = {next_attempt(FIRST_TRY, 3, n, first=FIRST_TRY, at_most=timedelta(hours=72)) for n in range(1000)}
    assert len(again) > 200
