"""The declarative base: naming convention and column types that every model shares."""

import enum
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant. Refuses a naive datetime; SQLite, which keeps no zone, gets UTC and gives UTC back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def str_enum(kind: type[enum.StrEnum], name: str) -> sa.Enum:
    """A column of a `StrEnum`, kept as its VALUES with a check constraint (SQLAlchemy keeps names by default).

    `name` is the column's: the check is named after table and column.
    """
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Pence = Annotated[int, mapped_column(sa.BigInteger)]
ShortText = Annotated[str, mapped_column(sa.String(200))]
LongText = Annotated[str, mapped_column(sa.Text)]


class Base(DeclarativeBase):
    """Every table. Constraint names follow one convention, so that migrations can name what they change."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        dict[str, Any]: Json,
        list[Any]: Json,
    }


def dated(starts: str = "starts_on", ends: str = "ends_on") -> sa.CheckConstraint:
    """The check that a validity ends on or after the day it starts; an empty end means until further notice."""
    return sa.CheckConstraint(f"{ends} IS NULL OR {ends} >= {starts}", name="dates_in_order")


def one_current(name: str, *columns: str) -> sa.Index:
    """A unique index: at most one row without an end day for the same `columns`."""
    return sa.Index(
        name,
        *columns,
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )
