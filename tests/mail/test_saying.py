"""How values are said: times, themes, measures with figures that may not be shown, and colours that can be read."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.catalogue import context_of, for_reading, letter_of
from mail.contexts import Digest, DigestLine, MeasureLine, PlanAgreed
from mail.rendering import digest_item, render
from mail.samples import SAMPLES
from mail.saying import digest_lines, in_sentence, ink_on, measure_lines, measures_so_far
from rules.day_words import clock_time

DAY = date(2027, 7, 9)


@pytest.mark.parametrize(
    ("at", "said"),
    [(time(16), "4pm"), (time(16, 30), "4:30pm"), (time(9, 5), "9:05am"), (time(12), "midday"), (time(0), "12am")],
)
def test_times_of_day(at: time, said: str) -> None:
    assert clock_time(at) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Maths", "maths"),
        ("Attainment gap", "attainment gap"),
        ("SEND", "SEND"),
        ("English", "English"),
        ("English as an additional language", "English as an additional language"),
    ],
)
def test_themes_inside_a_sentence(name: str, said: str) -> None:
    assert in_sentence(name) == said


def test_a_figure_that_may_not_be_shown_is_not() -> None:
    line = MeasureLine("Maths", "percent", None, 65, DAY)
    (shown,) = measures_so_far((line,))
    assert shown.said == "65% planned by 9 July 2027"
    assert shown.bar == ()
    assert "fewer than 6 pupils" in measure_lines((line,))[0]


def test_lines_of_nobodys_school_and_of_no_case() -> None:
    lines = (DigestLine("", "", "Look."), DigestLine("SIB-2026-001", "", "Look."), DigestLine("", "St Mary’s", "Look."))
    assert digest_lines(lines) == ["Look.", "SIB-2026-001: Look.", "St Mary’s: Look."]


figures = st.floats(-50, 500, allow_nan=False)


@given(st.none() | figures, st.none() | figures, figures, st.sampled_from(["percent", "count"]))
def test_a_bar_is_whole_or_not_there(baseline: float | None, latest: float | None, target: float, unit: str) -> None:
    (shown,) = measures_so_far((MeasureLine("M", unit, baseline, target, DAY, latest),))
    widths = [int(width.removesuffix("%")) for _, width in shown.bar]
    assert not widths or sum(widths) == 100
    assert min(widths, default=1) > 0
    assert [kind for kind, _ in shown.bar].count("goal") == bool(widths)


def _light(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@given(st.integers(0, 0xFFFFFF))
def test_a_councils_name_can_be_read_on_any_colour(number: int) -> None:
    colour = f"#{number:06x}"
    two = sorted((_light(colour), _light(ink_on(colour))))
    assert (two[1] + 0.05) / (two[0] + 0.05) >= 4.2  # the worst of all greys; large bold text needs 3


def test_whoever_else_reads_a_schools_e_mail_or_its_digest_sees_no_figure_of_few_pupils() -> None:
    agreed = next(one for one in SAMPLES.values() if isinstance(one, PlanAgreed))
    few = replace(agreed, measures=(MeasureLine("Maths", "percent", 37.3, 65, DAY, few=True),))
    digest = Digest(head=agreed.head, day=DAY, items=(digest_item(few),))
    for letter in (few, digest):
        template, values = letter_of(letter)
        assert "37.3" in render(context_of(template, values)).text, "the school's own"
        others = render(for_reading(template, values, "https://sib.example"))
        assert "37.3" not in others.text + others.html
        assert "65%" in others.text
