"""Which index a search goes by where a database cannot know.

Without statistics a database takes the rows of one state, or of one year, for few, and searches by that rather than by
a list of numbers: SQLite always, PostgreSQL while a table is being filled. In the middle of a round all rows have the
same state, and in a file the same year: each batch then looks at all of them, and ten times the schools take a hundred
times as long.
"""

from typing import TypeVar

import sqlalchemy as sa

T = TypeVar("T")


def not_searched(column: sa.ColumnElement[T] | sa.orm.InstrumentedAttribute[T]) -> sa.ColumnElement[T]:
    """A column of text as it is compared row by row: no index is asked for it, on either database."""
    return column.op("||", return_type=column.type)(sa.literal_column("''"))
