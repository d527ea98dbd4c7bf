"""Cells: what each column can hold."""

from collections.abc import Callable
from datetime import date

import pytest

from feeds import values
from feeds.values import CellError


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.number, "73%", 73.0),
        (values.number, " -0.5 ", -0.5),
        (values.whole, "12.0", 12),
        (values.whole, "0", 0),
        (values.optional_whole, " ", None),
        (values.urn, "113658", 113658),
        (values.uid, "2128", "2128"),
        (values.code, "TSA-1", "TSA-1"),
        (values.postcode, "bh207lp", "BH20 7LP"),
        (values.postcode, " ", None),
        (values.pence, "450.5", None),
        (values.pence, "450.50", 45050),
        (values.pence, "450", 45000),
        (values.optional_day, "01-09-2025", date(2025, 9, 1)),
        (values.optional_day, "1/9/2025", date(2025, 9, 1)),
        (values.optional_day, "2025-09-01", date(2025, 9, 1)),
        (values.optional_day, "NULL", None),
        (values.iso_day, "2025-09-01", date(2025, 9, 1)),
        (values.email, " Ann.Lee@School.Example.org ", "ann.lee@school.example.org"),
        (values.plain_text, " a \r\n b ", "a b"),
        (values.plain_text, " ", None),
        (values.strict_text, " a ", "a"),
    ],
)
def test_read(read: Callable[[str, str], object], text: str, value: object) -> None:
    if (read, text) == (values.pence, "450.5"):
        with pytest.raises(CellError, match="is not an amount in pounds"):
            read("x", text)
        return
    assert read("x", text) == value


@pytest.mark.parametrize("text", ["nan", "inf", "1e5", "--1", "1,000", "１", "", "0x1", "1.2.3", "9" * 400])
def test_no_number(text: str) -> None:
    with pytest.raises(CellError, match="is neither a number nor a code"):
        values.number("PTRWM_EXP", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@school",
        "@school.org",
        "a@x.org, b@x.org",
        "Ann <ann@x.org>",
        "a..b@x.org",
        ".a@x.org",
        "a@-x.org",
        "a@x..org",
        "zoë@x.org",
        "a@schöol.org",
        "a@b@x.org",
        "a b@x.org",
        "a@x.org\nBcc: b@x.org",
        '"a"@x.org',
        "a@[127.0.0.1]",
        "a" * 65 + "@x.org",
        "a@" + "x" * 200 + ".org",
    ],
)
def test_no_address(text: str) -> None:
    with pytest.raises(CellError, match=r"email .* is not an e-mail address") as caught:
        values.email("email", text)
    assert caught.value.unquoted == "email is not an e-mail address"


@pytest.mark.parametrize(
    "text", ["2025-02-29", "29-02-2025", "31/11/2025", "0001-01-01", "1/1/25", "yesterday", "45000"]
)
def test_no_day(text: str) -> None:
    with pytest.raises(CellError, match="is not a da"):
        values.optional_day("OpenDate", text)
    with pytest.raises(CellError):
        values.iso_day("from", text)


@pytest.mark.parametrize("text", ["20250901", "2025-W36-1", "01-09-2025", "2025-9-1"])
def test_only_one_way_to_write_a_day_in_our_own_files(text: str) -> None:
    with pytest.raises(CellError, match="is not a date like 2025-09-01"):
        values.iso_day("from", text)


@pytest.mark.parametrize("character", ["\n", "\r", "\0", "\t", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"])
def test_controls_are_refused_in_the_councils_text(character: str) -> None:
    with pytest.raises(CellError, match="control character"):
        values.strict_text("surname", f"a{character}b")


def test_what_is_shown_is_short_and_harmless() -> None:
    assert values.shown("a\x1b[31m") == '"a�[31m"'
    assert values.shown("x" * 50) == '"' + "x" * 40 + '…"'
    with pytest.raises(CellError, match="is longer than 200"):
        values.plain_text("name", "x" * 201)
    with pytest.raises(CellError, match="control character"):
        values.plain_text("name", "a\x1bb")
