"""Rows about some schools: an area's are asked for by their URNs, a nation's read in one go.

A council's database may hold all of England's results, and a nation's Board judges one authority after the other: read
whole for each, the tables would be read a hundred and fifty times.
"""

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from queries.in_parts import in_parts

MANY = 5_000


def asked_by_number(urns: Collection[int]) -> bool:
    """Whether schools are so few that their rows are asked for by their URNs."""
    return len(urns) <= MANY


def of_schools(
    session: Session,
    wanted: sa.Select[Any],
    urn: InstrumentedAttribute[int],
    urns: Collection[int],
) -> Iterator[sa.Row[Any]]:
    """The rows of these schools, and those of all others beside them where these are too many to be asked for; each
    school's in the order of `wanted`.

    Read as they come: a nation's figures are millions.
    """
    parts = [wanted.where(urn.in_(some)) for some in in_parts(sorted(urns))] if asked_by_number(urns) else [wanted]
    for part in parts:
        for some in session.execute(part.execution_options(yield_per=5_000)).partitions():
            yield from some
