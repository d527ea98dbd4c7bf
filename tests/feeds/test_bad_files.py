"""Whatever is wrong with a file is said in one sentence, and nothing else escapes."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from feeds import content, table, workbook
from feeds.reading import read_feed
from rules.errors import Refused
from tests.feeds import samples
from tests.feeds.conftest import Given


def refusal(path: Path, kind: str | None = None, year: str | None = None) -> str:
    with pytest.raises(Refused) as caught:
        read_feed(path, kind, year)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"<!DOCTYPE html><html>404</html>", "is a web page or XML"),
        (b'\xef\xbb\xbf{"error": "not found"}', "is JSON, but not GOV.UK's bank holidays"),
        (b'["error"]', "is JSON, but not GOV.UK's bank holidays"),
        (b'{"error": ', "looks like JSON and is damaged"),
        (b"[" * 100_000, "looks like JSON and is damaged"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel form"),
        (b"\x1f\x8b\x08", "is compressed"),
        (b"\xff\xfeU\0R\0N\0", "UTF-16"),
        (b"URN,NOR\n1\x00,2\n", "holds a NUL byte at position 10"),
        (b"URN,NOR\n\x81,\x9d\n", "neither UTF-8 nor Windows-1252"),
        (b"URN;NOR;PNUMEAL\n1;2;3\n", "divides its columns by semicolons"),
        (b"URN\tNOR\tPNUMEAL\n1\t2\t3\n", "divides its columns by tabs"),
        (b"a,b\n1,2\n", "is of no kind that is known by its headings (a, b"),
        (b"," * 5000 + b"\n", "has 5001 columns"),
        (b"PK\x03\x04 not a zip", "is not an Excel workbook, or is damaged"),
        (b'a"b,"c"d\n', "is not well-formed CSV in row 1"),
    ],
)
def test_what_is_no_table(given: Given, text: bytes, said: str) -> None:
    assert said in refusal(given("downloaded.csv", text))


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "missing.csv cannot be found" in refusal(tmp_path / "missing.csv")
    assert "is a folder" in refusal(tmp_path)
    assert "cannot be read" in refusal(tmp_path / ("x" * 300))
    assert refusal(Path("nul\0byte\n.csv")) == "nul�byte�.csv cannot be found."
    assert "is not a file" in refusal(Path("/dev/zero"))


def test_a_kind_or_a_year_that_is_none(given: Given) -> None:
    path = given("2017-2018/abs.csv", samples.ABSENCE)
    assert '"attendance" is not a kind of file' in refusal(path, "attendance")
    assert '"last year" is not an academic year' in refusal(path, year="last year")


@pytest.mark.parametrize("kind", samples.TEXT_SAMPLES)
def test_headings_only(given: Given, kind: str) -> None:
    name, text = samples.TEXT_SAMPLES[kind]
    if kind == "bank-holidays":
        assert "has no bank holidays" in refusal(given(name, '{"england-and-wales": {"events": []}}'))
    else:
        assert "has headings but no rows" in refusal(given(name, text.splitlines()[0] + "\n"))


@pytest.mark.parametrize("kind", samples.TEXT_SAMPLES)
def test_another_kind_than_asked_for(given: Given, kind: str) -> None:
    name, text = samples.TEXT_SAMPLES[kind]
    other = "absence" if kind != "absence" else "ks2"
    sentence = refusal(given(name, text), other)
    assert f"({other})" in sentence
    assert " not " in sentence


def test_a_table_asked_for_as_bank_holidays(given: Given) -> None:
    assert "come as JSON" in refusal(given("x.csv", "a,b\n1,2\n"), "bank-holidays")


def test_a_quotation_mark_that_is_never_closed(given: Given) -> None:
    cut = samples.SCHOOLS[: samples.SCHOOLS.rindex("SO20")]
    assert "schools.csv ends inside a quotation mark opened in row 3" in refusal(given("schools.csv", cut))
    long = samples.SCHOOLS.replace('"The Academy"', '"The Academy' + "x" * 200_000)
    assert "characters in row 3" in refusal(given("schools.csv", long))


@pytest.mark.parametrize("cut", [1, 5, 20, 40, 60])
def test_a_last_row_that_was_cut(given: Given, cut: int) -> None:
    whole = samples.KS2 + "\r\n" + samples.KS2_ROW.format(urn=100003)
    assert read_feed(given("2017-2018/ks2.csv", whole)).report.read == 6
    start = whole.rindex("\r\n") + 2
    sentence = refusal(given("2017-2018/ks2.csv", whole[: start + cut]))
    assert sentence == "ks2.csv stops in the middle of row 7: it was cut off."


def test_a_table_that_was_cut_between_two_rows(given: Given) -> None:
    lines = samples.KS2.split("\r\n")
    cut = given("2017-2018/ks2.csv", "\r\n".join(lines[:2]))
    assert refusal(cut) == (
        "ks2.csv ends after row 2 without the rows of England that such a table has: it was cut off."
    )
    left_out = read_feed(given("2017-2018/ks2.csv", "\r\n".join((*lines[:3], ""))))
    assert any("no row of the authority or of England" in note for note in left_out.report.notes)
    england_first = "\r\n".join((lines[0], *lines[-2:], lines[2], lines[1]))
    assert read_feed(given("2017-2018/ks2.csv", england_first)).report.taken == 4


def test_short_rows_and_no_last_line_end_are_no_sign_of_a_cut(given: Given) -> None:
    text = samples.KS2 + "\r\n1,1,850,2004,100004,New School,NEW"
    assert read_feed(given("2017-2018/ks2.csv", text + "\r\n")).report.taken == 6
    twice = text + "\r\n1,1,850,2005,100005,Newer School,NEW"
    assert read_feed(given("2017-2018/ks2.csv", twice)).report.taken == 7


def test_an_endless_line_is_refused_by_its_first_part(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LONGEST_RECORD", 1000)
    assert "has a row of more than 1,000 characters" in refusal(given("x.csv", "a," * 100_000))
    many = "URN,ESTAB,NOR\n" + ",".join('"a\n"' for _ in range(1000))
    assert "has a row of more than 1,000 characters" in refusal(given("x.csv", many), "census", "2017-18")


def test_an_endless_file(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    path = given("2017-2018/abs.csv", samples.ABSENCE)
    monkeypatch.setattr(table, "MOST_ROWS", 1)
    assert "has more than 1 rows" in refusal(path)
    monkeypatch.setattr(content, "LARGEST_FILE", 10)
    assert "is larger than" in refusal(path)
    monkeypatch.setattr(content, "LARGEST_DOCUMENT", 10)
    monkeypatch.setattr(content, "LARGEST_FILE", 10_000)
    assert "of more than" in refusal(given("b.json", samples.BANK_HOLIDAYS))


def test_a_needed_column_that_is_absent_or_double(given: Given) -> None:
    misspelt = samples.KS2.replace(",TELIG,", ",TELIGS,", 1)
    assert "has no column TELIG (the nearest are TELIGS)." in refusal(given("2017-2018/a.csv", misspelt))
    double = samples.ABSENCE.replace("LA,ESTAB,URN", "LA,ESTAB,URN,URN", 1)
    assert 'has the column "URN" 2 times' in refusal(given("2017-2018/a.csv", double))
    asked = given("2017-2018/a.csv", "LA,ESTAB,UNR,X\n1,2,3,4\n")
    assert "has no column URN (the nearest are UNR)" in refusal(asked, "absence")


def test_two_rows_that_disagree_and_two_that_agree(given: Given) -> None:
    same = samples.ABSENCE + "850,2001,100001,4.2,SUPP\n"
    report = read_feed(given("2017-2018/abs.csv", same)).report
    assert [(skipped.row, skipped.reason) for skipped in report.skipped] == [(4, "repeats row 2")]
    other = samples.ABSENCE + "850,2001,100001,4.3,SUPP\n"
    sentence = refusal(given("2017-2018/abs.csv", other))
    assert sentence == "abs.csv says different things of URN 100001 in rows 2 and 4."


def archive(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def test_archives_that_are_no_plain_workbook(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is a zip archive but not an Excel workbook" in refusal(given("a.zip", archive(data=b"1")))
    bomb = archive(xl__workbook_xml=b"<a/>", xl__sheet1_xml=b"0" * 20_000_000)
    assert "unpacks to more than 300 times its size" in refusal(given("a.xlsx", bomb))
    entities = archive(xl__workbook_xml=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert "declares XML entities" in refusal(given("a.xlsx", entities))
    assert "is damaged" in refusal(given("a.xlsx", archive(xl__workbook_xml=b"<a>")))
    monkeypatch.setattr(workbook, "MOST_HELD", 10)
    assert "holds more text" in refusal(given("a.xlsx", samples.SCHOOL_INFORMATION))
    monkeypatch.setattr(workbook, "MOST_HELD", 100_000)
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 10)
    assert "unpacks to more than" in refusal(given("a.xlsx", samples.SCHOOL_INFORMATION))


def test_workbooks_damaged_or_empty(given: Given) -> None:
    half = samples.SCHOOL_INFORMATION[: len(samples.SCHOOL_INFORMATION) // 2]
    assert "is not an Excel workbook, or is damaged" in refusal(given("a.xlsx", half))
    assert "with nothing in it" in refusal(given("a.xlsx", samples.workbook(("one", []))))
    assert "is of no kind that is known" in refusal(given("a.xlsx", samples.workbook(("one", [["a", "b"], [1, 2]]))))
    links: list[list[object]] = [["title"], [], ["URN", "LinkURN", "LinkType"], [100001, 100002, "Successor"]]
    assert read_feed(given("a.xlsx", samples.workbook(("notes", [["Read me"]]), ("data", links)))).kind == "links"


def test_a_file_that_says_nothing_of_its_year(given: Given) -> None:
    sentence = refusal(given("abs.csv", samples.ABSENCE))
    assert sentence == "abs.csv does not say which academic year it is of: give it with --year 2017-18."
