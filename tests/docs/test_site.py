"""The documentation's site builds strictly, and what it shows of the code is all of it."""

import re
from pathlib import Path

import pytest

from cli.main import COMMANDS
from docs import build
from mail.samples import SAMPLES


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build.build(tmp_path_factory.mktemp("site"))


def test_every_page_is_there_and_nothing_comes_from_elsewhere(site: Path) -> None:
    """A broken link, or a page that the navigation does not name, has failed the build already."""
    assert (site / "index.html").exists()
    for name in ("tutorial/first-year", "how-to/runbook", "reference/cli", "architecture", "data-protection"):
        page = (site / f"{name}.html").read_text()
        assert not re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="https?://', page), name


def test_every_command_and_every_email_is_in_the_reference(site: Path) -> None:
    commands = (site / "reference" / "cli.html").read_text()
    assert [name for name in COMMANDS if f"sib {name}" not in commands] == []
    letters = (site / "reference" / "emails.html").read_text()
    assert [name for name in SAMPLES if f'id="{name}"' not in letters] == []


def test_commands_that_the_pages_name_exist() -> None:
    named = {
        name
        for page in (build.HERE).rglob("*.md")
        for name in re.findall(r"(?:^    |`)(?:\.venv/bin/)?sib ([a-z]+)", page.read_text(), re.MULTILINE)
    }
    assert named - set(COMMANDS) == set()
