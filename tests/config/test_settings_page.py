"""docs/settings.md says what the code says."""

from config.settings import ROOT
from docs.generate import PAGES, fields, said


def test_pages_are_up_to_date() -> None:
    for name, page in PAGES.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in fields() if not said(field)] == []
