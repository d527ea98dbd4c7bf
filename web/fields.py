"""The fields of an officer's form: what each is called, how it is drawn, and how it is read; one error a field."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from rules.figure_words import typed
from web.forms import FormErrors


class Kind(enum.StrEnum):
    TEXT = "text"
    LONG = "long"
    DAY = "day"
    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"
    LIST = "list"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Field:
    """`missing` is the error of an empty field; without one the field may stay empty. `options` are (value, text)."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    missing: str = ""
    options: tuple[tuple[str, str], ...] = ()
    most: int = 2_000


MOST_POUNDS = 1_000_000


def read_fields(fields: Sequence[Field], given: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in, by the names of the fields: text, a day, pence, a number, or None where nothing was.

    Raises:
        FormErrors: one sentence for each field that is empty and must not be, or cannot be read.
    """
    errors: dict[str, str] = {}
    values = {field.name: _read(field, given, errors) for field in fields}
    if errors:
        raise FormErrors(errors)
    return values


def _read(field: Field, given: Mapping[str, str], errors: dict[str, str]) -> Any:
    if field.kind is Kind.DAY:
        return _day(field, given, errors)
    text = given.get(field.name, "").strip()
    if not text:
        if field.missing:
            errors[field.name] = field.missing
        return None
    if len(text) > field.most:
        errors[field.name] = f"{field.label} must be {field.most} characters or fewer"
        return None
    if any(ord(c) < 32 and c not in "\r\n\t" for c in text):
        errors[field.name] = f"{field.label} must not hold control characters"
        return None
    match field.kind:
        case Kind.MONEY:
            return _pence(field, text, errors)
        case Kind.NUMBER:
            return _number(field, text, errors)
        case Kind.CHOICE | Kind.LIST:
            if text not in {value for value, _ in field.options}:
                errors[field.name] = field.missing or f"Select {field.label.lower()}"
                return None
            return text
        case Kind.LONG:
            return text
        case _:
            return " ".join(text.split())


def _day(field: Field, given: Mapping[str, str], errors: dict[str, str]) -> date | None:
    parts = [given.get(f"{field.name}-{part}", "").strip() for part in ("day", "month", "year")]
    if not any(parts):
        if field.missing:
            errors[field.name] = field.missing
        return None
    try:
        day, month, year = (int(part) for part in parts)
        found = date(year, month, day)
    except ValueError:
        errors[field.name] = f"{field.label} must be a real date, such as 27 3 2026"
        return None
    if not 2000 <= found.year <= 2100:
        errors[field.name] = f"{field.label} must have a year of four digits, such as 2026"
        return None
    return found


def _pence(field: Field, text: str, errors: dict[str, str]) -> int | None:
    try:
        pounds = Decimal(text.removeprefix("£").replace(",", "").strip())
    except InvalidOperation:
        pounds = Decimal("NaN")
    if not pounds.is_finite() or pounds <= 0 or pounds != round(pounds, 2) or pounds > MOST_POUNDS:
        errors[field.name] = f"{field.label} must be an amount in pounds, such as 4,800 or 4800.50"
        return None
    return int(pounds * 100)


def _number(field: Field, text: str, errors: dict[str, str]) -> float | None:
    try:
        found = Decimal(typed(text))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > 1_000_000:
        errors[field.name] = f"{field.label} must be a number, such as 58.5"
        return None
    return float(found)
