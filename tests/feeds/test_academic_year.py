"""One spelling for the many ways of writing an academic year."""

from pathlib import Path

import pytest

from feeds.academic_year import decide_year, normalise_year, year_in_path, year_of_columns
from rules.errors import Refused


@pytest.mark.parametrize("text", ["2017-18", "2017-2018", "2017/18", "2017/2018", "201718", "20172018", " 2017_18 "])
def test_spellings(text: str) -> None:
    assert normalise_year(text) == "2017-18"


@pytest.mark.parametrize("text", ["2017", "2017-19", "17-18", "2018-17", "", "2017-2019", "1999-00", "２０１７-18"])
def test_no_year(text: str) -> None:
    with pytest.raises(Refused, match="is not an academic year"):
        normalise_year(text)


@pytest.mark.parametrize(
    ("path", "year"),
    [
        ("/a/2017-2018/england_abs.csv", "2017-18"),
        ("/a/2016-17/csv/england_abs.csv", "2016-17"),
        ("/a/2016-2017/england_2018-19_abs.csv", "2018-19"),
        ("/2016-2017/a/b/england_abs.csv", None),
        ("/a/20172018/england_abs.csv", None),
        ("/a/2017-05-18/england_abs.csv", None),
        ("/a/england_abs.csv", None),
    ],
)
def test_year_in_a_path(path: str, year: str | None) -> None:
    assert year_in_path(Path(path)) == year


@pytest.mark.parametrize(
    ("columns", "year"),
    [
        (["PTRWM_EXP", "PTRWM_EXP_16", "PTRWM_EXP_17"], "2017-18"),
        (["ATT8SCR", "ATT8SCR_15", "ATT8SCR_16"], "2016-17"),
        (["ptrwm_exp_23", "PTRWM_EXP_24"], "2024-25"),
        (["PTRWM_EXP_19", "PTRWM_EXP_18"], None),  # 2019-20 was never tested: 2021-22 or later repeats 2019
        (["PTRWM_EXP", "PTRWM_EXP_B"], None),
    ],
)
def test_year_of_the_columns(columns: list[str], year: str | None) -> None:
    assert year_of_columns(columns) == year


def test_what_is_asked_comes_first_unless_the_columns_contradict_it() -> None:
    assert decide_year("f", "2017-18", "2016-17", None) == "2017-18"
    assert decide_year("f", None, "2016-17", "2017-18") == "2017-18"
    assert decide_year("f", None, "2016-17", None) == "2016-17"
    with pytest.raises(Refused, match=r"was given as 2018-19, but .* the table of 2017-18"):
        decide_year("f", "2018-19", None, "2017-18")
