"""Return addresses: each names its message, survives what servers do to it, and cannot be made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.return_addresses import message_of, return_address

KEY, DOMAIN = b"a key of a council's own, long enough", "bounces.council.example"
numbers = st.integers(0, 10**18 - 1)


def made(number: int, key: bytes = KEY) -> str:
    return return_address(number, local="Board", domain=DOMAIN, key=key)


@given(numbers)
def test_a_return_address_names_its_message_in_any_case(number: int) -> None:
    address = made(number)
    assert len(address.partition("@")[0]) <= 64
    for form in (address, address.upper(), f"<{address}>", f" {address.title()} "):
        assert message_of(form, domain=DOMAIN, keys=[KEY]) == number


@given(numbers, numbers)
def test_no_two_messages_share_one(first: int, second: int) -> None:
    assert (made(first) == made(second)) is (first == second)


@given(numbers, numbers)
def test_a_key_that_was_changed_still_counts_for_a_while(number: int, other: int) -> None:
    assert message_of(made(number), domain=DOMAIN, keys=[b"the new key", KEY]) == number
    assert message_of(made(other), domain=DOMAIN, keys=[b"the new key"]) is None


@given(numbers, numbers)
def test_a_tag_is_of_no_other_message_key_or_domain(number: int, other: int) -> None:
    if number != other:
        moved = made(number).replace(f"+{number}.", f"+{other}.")
        assert message_of(moved, domain=DOMAIN, keys=[KEY]) is None
    assert message_of(made(number), domain=DOMAIN, keys=[KEY + b"x"]) is None
    assert message_of(made(number), domain="evil.example", keys=[KEY]) is None


@given(st.text(max_size=100))
def test_any_text_is_at_most_no_address_of_ours(text: str) -> None:
    assert message_of(text, domain=DOMAIN, keys=[KEY]) is None


@pytest.mark.parametrize("address", ["", "<>", "board@bounces.council.example", "board+17@bounces.council.example"])
def test_an_address_without_a_tag_is_not_one(address: str) -> None:
    assert message_of(address, domain=DOMAIN, keys=[KEY]) is None
