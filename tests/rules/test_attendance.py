"""Two consecutive misses, quorum and majority: tables, and a reference that counts in another way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.board import Presence, VoteChoice
from rules.attendance import Sat, is_carried, letters_due, quorum

OF = {"p": Presence.PRESENT, "s": Presence.SUBSTITUTE, "a": Presence.APOLOGIES, "x": Presence.ABSENT}


def history(words: str) -> list[Sat]:
    return [Sat(n, OF[letter]) for n, letter in enumerate(words)]


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        ("ppppppp", ()),
        ("xpxpxpx", ()),
        ("pxxp", ((1, 2),)),
        ("xax", ((0, 1),)),
        ("xxxx", ((0, 1), (2, 3))),
        ("xsx", ()),
        ("sssssss", ()),
        ("aa", ((0, 1),)),
        ("", ()),
    ],
)
def test_two_in_a_row(words: str, letters: tuple[tuple[int, int], ...]) -> None:
    assert letters_due(history(words), 2) == letters


@given(st.text("psax", max_size=20))
def test_each_run_of_misses_gives_half_as_many_letters(words: str) -> None:
    """Runs found by a regular expression instead of counted on the way."""
    expected = [
        (run.start() + 2 * n, run.start() + 2 * n + 1)
        for run in re.finditer("[ax]+", words)
        for n in range(len(run.group()) // 2)
    ]
    assert list(letters_due(history(words), 2)) == expected


@pytest.mark.parametrize(("members", "needed"), [(13, 7), (12, 6), (1, 3), (8, 4), (0, 3)])
def test_half_of_the_members_rounded_up_and_never_fewer_than_three(members: int, needed: int) -> None:
    assert quorum(members, 50, 3) == needed


@pytest.mark.parametrize(
    ("in_favour", "against", "others", "carried"),
    [(3, 2, 0, True), (2, 2, 3, False), (0, 0, 5, False), (1, 0, 9, True), (2, 3, 0, False)],
)
def test_more_than_half_of_those_who_vote(in_favour: int, against: int, others: int, carried: bool) -> None:
    choices = [VoteChoice.FOR] * in_favour + [VoteChoice.AGAINST] * against + [VoteChoice.ABSTAIN] * others
    assert is_carried(choices, 50) is carried


def test_a_two_thirds_majority_is_a_setting() -> None:
    assert not is_carried([VoteChoice.FOR] * 2 + [VoteChoice.AGAINST], 67)
    assert is_carried([VoteChoice.FOR] * 3 + [VoteChoice.AGAINST], 67)
