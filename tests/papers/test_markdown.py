"""Minutes as people write them, and as somebody hostile might."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.markdown import TAGS, as_text, to_html


def test_minutes_read_as_they_were_written() -> None:
    html = to_html("# Minutes\n\n## Present\n\n- Ines Clark\n\n| For | Against |\n|---|---|\n| 8 | 1 |\n")
    assert "<h2>Minutes</h2>" in html
    assert "<h3>Present</h3>" in html
    assert "<li>Ines Clark</li>" in html
    assert "<th>For</th>" in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/x.png)",
        "<img src=x onerror=alert(1)>",
        "<style>body{display:none}</style>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='https://x.example' onclick='alert(1)'>x</a>",
    ],
)
def test_nothing_that_can_act_comes_out(hostile: str) -> None:
    html = to_html(hostile)
    assert not re.search(r"<(script|img|style)|href=\"(javascript|data)|<[a-z]+[^>]* on\w+=", html)


@given(st.text())
def test_any_text_gives_allowed_elements_only(text: str) -> None:
    assert set(re.findall(r"<([a-z0-9]+)", to_html(text))) <= TAGS


@pytest.mark.parametrize("words", ["Multi-academy trusts", "- Ines", "---", "a-b - c--d", "*x* | y"])
def test_words_that_are_written_into_minutes_are_shown_as_they_are(words: str) -> None:
    assert to_html(as_text(words)) == f"<p>{words}</p>\n"
    assert as_text("Multi-academy trusts") == "Multi-academy trusts", "whoever edits the minutes reads the word"
