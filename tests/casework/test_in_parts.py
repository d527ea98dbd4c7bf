"""Reading rows by more numbers than one statement takes."""

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models.schools import School
from queries.in_parts import PART, in_parts
from tests.casework.world import SCHOOLS


@given(st.lists(st.integers(), max_size=40), st.integers(1, 12))
def test_every_value_once_in_its_order_and_no_part_too_long(values: list[int], size: int) -> None:
    parts = [list(some) for some in in_parts(values, size)]
    assert [one for some in parts for one in some] == values
    assert all(len(some) == size for some in parts[:-1])
    assert all(1 <= len(some) <= size for some in parts)


def test_a_nation_of_numbers_is_read(session: Session) -> None:
    wanted = range(min(SCHOOLS) - 10, min(SCHOOLS) + 70_000)
    found = [
        urn for some in in_parts(wanted) for urn in session.scalars(sa.select(School.urn).where(School.urn.in_(some)))
    ]
    assert len(wanted) > 65_535 > PART
    assert sorted(found) == sorted(urn for urn in SCHOOLS if urn in wanted)
    assert found
