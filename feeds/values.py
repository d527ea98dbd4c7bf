"""One cell at a time: from text to a value, or a `CellError` that says which column and what is wrong with it."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from typing import NoReturn

LONGEST = 200
_SHOWN = 40
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_WHOLE = re.compile(r"(\d{1,9})(?:\.0+)?", re.ASCII)
_URN = re.compile(r"[1-9]\d{4,6}", re.ASCII)
_UID = re.compile(r"\d{1,7}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.ASCII)
_PENCE = re.compile(r"(\d{1,6})(?:\.(\d\d))?", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00:00)?", re.ASCII)
_BRITISH_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)


class CellError(Exception):
    """A cell that cannot be what its column says. `str()` quotes the value; `unquoted` keeps personal data out."""

    def __init__(self, column: str, problem: str, value: str | None = None) -> None:
        self.unquoted = f"{column} {problem}"
        super().__init__(self.unquoted if value is None else f"{column} {shown(value)} {problem}")


def shown(text: str) -> str:
    """The text in quotation marks, cut short and without characters that could upset a terminal."""
    return f'"{printable(text, _SHOWN)}"'


def printable(text: str, longest: int) -> str:
    """The text cut short, with a mark in the place of every control character."""
    clean = "".join(ch if ch.isprintable() else "�" for ch in text[:longest])
    return f"{clean}…" if len(text) > longest else clean


def _bad(column: str, problem: str, value: str) -> NoReturn:
    raise CellError(column, problem, value)


def is_control(character: str) -> bool:
    """Whether a character breaks lines or drives devices (C0, C1, line and paragraph separators)."""
    return unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"}


def plain_text(column: str, value: str) -> str | None:
    """A publisher's text: runs of white space become one space; None when empty. Refuses controls and long text."""
    text = " ".join(value.split())
    if not text.isprintable() and any(is_control(ch) for ch in text):
        _bad(column, "holds a control character", text)
    if len(text) > LONGEST:
        _bad(column, f"is longer than {LONGEST} characters", text)
    return text or None


def needed_text(column: str, value: str) -> str:
    """`plain_text` that may not be empty."""
    text = plain_text(column, value)
    if text is None:
        raise CellError(column, "is empty")
    return text


def strict_text(column: str, value: str) -> str | None:
    """The council's text: outer spaces are trimmed, line breaks and controls refused; None when empty."""
    text = value.strip(" ")
    if not text.isprintable() and any(is_control(ch) for ch in text):
        _bad(column, "holds a line break or another control character", text)
    if len(text) > LONGEST:
        _bad(column, f"is longer than {LONGEST} characters", text)
    return text or None


def number(column: str, value: str) -> float:
    """A decimal number, its % sign dropped."""
    text = value.strip().removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(text):
        _bad(column, "is neither a number nor a code that we know", value)
    return float(text)


def whole(column: str, value: str, largest: int = 999_999_999) -> int:
    """A whole number of zero or more (`12` or, from resaved files, `12.0`)."""
    match = _WHOLE.fullmatch(value.strip())
    if not match:
        _bad(column, "is not a whole number", value)
    if int(match[1]) > largest:
        _bad(column, f"is more than {largest}", value)
    return int(match[1])


def optional_whole(column: str, value: str, largest: int = 999_999_999) -> int | None:
    """`whole`, or None when empty."""
    return whole(column, value, largest) if value.strip() else None


def urn(column: str, value: str) -> int:
    """A school's unique reference number: five to seven digits."""
    text = value.strip()
    if not _URN.fullmatch(text):
        _bad(column, "is not a URN", value)
    return int(text)


def uid(column: str, value: str) -> str:
    """A group's unique identifier: digits."""
    text = value.strip()
    if not _UID.fullmatch(text):
        _bad(column, "is not a group's UID", value)
    return text


def code(column: str, value: str) -> str:
    """One of the council's own codes: letters, digits, points, dashes and underscores."""
    text = value.strip(" ")
    if not _CODE.fullmatch(text):
        _bad(column, "is not a code (letters, digits, points, dashes and underscores, at most 40)", value)
    return text


def choice(column: str, value: str, choices: Collection[str]) -> str:
    """One of the words that the column can hold."""
    text = value.strip(" ")
    if text not in choices:
        _bad(column, f"is not one of {', '.join(choices)}", value)
    return text


def postcode(column: str, value: str) -> str | None:
    """A postcode in capitals with its space, or None when empty."""
    text = " ".join(value.upper().split())
    if not text:
        return None
    if not _POSTCODE.fullmatch(text):
        _bad(column, "is not a postcode", value)
    return f"{text.replace(' ', '')[:-3]} {text[-3:]}"


def pence(column: str, value: str) -> int:
    """Pounds, with pence or without, as whole pence."""
    match = _PENCE.fullmatch(value.strip(" "))
    if not match:
        _bad(column, "is not an amount in pounds such as 450 or 450.50", value)
    return int(match[1]) * 100 + int(match[2] or 0)


def iso_day(column: str, value: str) -> date:
    """A day written `2025-09-01`."""
    match = _ISO_DAY.fullmatch(value.strip(" "))
    return (
        _day(column, value, match[1], match[2], match[3])
        if match
        else _bad(column, "is not a date like 2025-09-01", value)
    )


def optional_day(column: str, value: str) -> date | None:
    """A day as publishers write it (`01-09-2025`, `01/09/2025`, `2025-09-01`), or None when empty or NULL."""
    text = value.strip()
    if not text or text.upper() == "NULL":
        return None
    british = _BRITISH_DAY.fullmatch(text)
    if british:
        return _day(column, value, british[3], british[2], british[1])
    iso = _ISO_DAY.fullmatch(text)
    return _day(column, value, iso[1], iso[2], iso[3]) if iso else _bad(column, "is not a date", value)


def _day(column: str, value: str, year: str, month: str, day: str) -> date:
    if not 1800 <= int(year) <= 2200:
        _bad(column, "is not a date of our times", value)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        _bad(column, "is not a day of the calendar", value)


def email(column: str, value: str) -> str:
    """One address in lower case. Refuses lists, names in angle brackets and what no SMTP server would take."""
    text = value.strip(" ").lower()
    local, at, domain = text.rpartition("@")
    if not at or len(text) > LONGEST or len(local) > 64 or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        _bad(column, "is not an e-mail address", value)
    return text
