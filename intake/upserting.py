"""Writing rows in bulk: new ones inserted, different ones updated, equal ones left alone and counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intake.inserting import insert_all
from models.base import Base
from queries.in_parts import in_parts
from queries.index_choice import not_searched

_PAPERWORK = frozenset({"import_id"})
_FEW = 60
"""A file is of one year and of some measures: with so few values of a column the search is narrowed by it too."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows were new, different and equal."""

    written: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.written + other.written, self.changed + other.changed, self.unchanged + other.unchanged)


def upsert(
    session: Session,
    model: type[Base],
    key: tuple[str, ...],
    rows: Sequence[dict[str, Any]],
    *,
    keep_known: bool = False,
) -> Counts:
    """Bring `model` in line with `rows`, found by the columns in `key`, of which the first has the most values.

    With `keep_known` a None in a row does not blank a value that another file gave. The last of two rows with one key
    wins.
    """
    key_of = itemgetter(*key) if len(key) > 1 else lambda row: (row[key[0]],)
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {key_of(row): row for row in rows}
    table = model.__table__
    assert isinstance(table, sa.Table)
    identity = [column.name for column in table.primary_key]
    columns = sorted(set(identity).union(*wanted.values()))
    found = _existing(session, table, key, columns, wanted)
    new: list[dict[str, Any]] = []
    different: list[dict[str, Any]] = []
    unchanged = 0
    for one, row in wanted.items():
        before = found.get(one)
        if before is None:
            new.append(row)
            continue
        change = {
            name: value
            for name, value in row.items()
            if name not in _PAPERWORK and value != before[name] and not (keep_known and value is None)
        }
        if change:
            paperwork = {name: row[name] for name in _PAPERWORK if name in row}
            different.append({**{name: before[name] for name in identity}, **change, **paperwork})
        else:
            unchanged += 1
    for batch in _by_shape(_with_defaults(table, new)):
        insert_all(session, table, batch)
    for batch in _by_shape(different):
        session.execute(sa.update(model), batch)
    return Counts(len(new), len(different), unchanged)


def _by_shape(rows: Sequence[dict[str, Any]]) -> Collection[list[dict[str, Any]]]:
    """The rows by the columns that they have: those of one statement for many rows must be the same."""
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        shapes.setdefault(tuple(row), []).append(row)
    return shapes.values()


def _with_defaults(table: sa.FromClause, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without a None where the column has a value for what is not said."""
    named = [one.name for one in table.c if one.default is not None and any(row.get(one.name) is None for row in rows)]
    if not named:
        return rows
    return [{name: value for name, value in row.items() if value is not None or name not in named} for row in rows]


def _existing(
    session: Session,
    table: sa.FromClause,
    key: tuple[str, ...],
    columns: list[str],
    wanted: Collection[tuple[Any, ...]],
) -> dict[tuple[Any, ...], dict[str, Any]]:
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    names = list(dict.fromkeys([*key, *columns]))
    few = []
    for place, name in enumerate(key[1:], 1):
        values, column = {one[place] for one in wanted}, table.c[name]
        if len(values) <= _FEW and None not in values:
            few.append((not_searched(column) if isinstance(column.type, sa.String) else column).in_(sorted(values)))
    for chunk in in_parts(sorted({one[0] for one in wanted})):
        rows = session.execute(sa.select(*(table.c[name] for name in names)).where(table.c[key[0]].in_(chunk), *few))
        for row in rows:
            found[tuple(row[: len(key)])] = dict(zip(names, row, strict=True))
    return found
