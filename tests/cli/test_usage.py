"""How the command speaks: help for everything, exit codes, JSON alone on standard output, light commands light."""

import re
import subprocess
import sys

import pytest

from cli.main import COMMANDS
from config.settings import ROOT
from mail.catalogue import KINDS
from tests.cli.conftest import Sib

GROUPS = {"db": ("upgrade", "check", "backup", "restore"), "outbox": ("retry", "abort"), "board": ()}
LISTS = (("cases",), ("outbox",), ("priorities",), ("fund",))
HEAVY = {"prefect", "numpy", "scipy", "starlette", "openpyxl", "uvicorn", "aiosmtplib"}


def test_every_command_explains_itself(on_sqlite: Sib) -> None:
    assert all(name in on_sqlite.done("--help").out for name in COMMANDS)
    for name in COMMANDS:
        for rest in ((), *((one,) for one in GROUPS.get(name, ()))):
            ran = on_sqlite.done(name, *rest, "--help")
            assert ran.out.startswith("Usage: ")
            assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), ("cases", "--nonsense"), ("tick", "--as-of", "yesterday"), ("deliver", "--limit", "0"), ("case",)],
)
def test_wrong_usage_is_2(on_sqlite: Sib, arguments: tuple[str, ...]) -> None:
    ran = on_sqlite(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("arguments", LISTS)
def test_lists_are_empty_but_true_on_an_empty_database(sib: Sib, arguments: tuple[str, ...]) -> None:
    assert sib.done(*arguments, "--json").json in ([], {"years": []})
    said = sib.done(*arguments)
    assert said.out.strip()
    assert "\x1b" not in said.out + said.err


@pytest.mark.parametrize(
    "arguments", [("cases", "--json"), ("outbox", "--json"), ("case", "SIB-2025-001"), ("--help",)]
)
def test_light_commands_import_nothing_heavy(on_sqlite: Sib, arguments: tuple[str, ...]) -> None:
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr))\n"
        "from cli.main import main\nmain()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**on_sqlite.env, "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        cwd=on_sqlite.folder,
    )
    assert ran.stderr.strip().endswith("[]"), ran.stderr


def test_a_database_that_is_not_there_or_not_ready_is_said_plainly(on_sqlite: Sib) -> None:
    nowhere = on_sqlite.refused("cases", SIB_DATABASE_URL="sqlite:////nowhere/at/all.sqlite")
    assert "database" in nowhere.lower()
    empty = on_sqlite.refused("cases", SIB_DATABASE_URL=f"sqlite:///{on_sqlite.folder / 'empty.sqlite'}")
    assert "sib db upgrade" in empty
    gone = on_sqlite.refused("cases", SIB_DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert "database" in gone.lower()


@pytest.mark.parametrize(
    "setting",
    [{"SIB_DATABASE_URL": "nonsense"}, {"SIB_SMTP_URL": "http://x"}, {"SIB_POLICY": "{"}, {"SIB_TRIAL": "maybe"}],
)
def test_a_wrong_setting_is_named(on_sqlite: Sib, setting: dict[str, str]) -> None:
    said = on_sqlite.refused("cases", **setting)
    assert next(iter(setting)) in said


def test_the_pages_of_documentation_name_commands_that_there_are() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        match
        for page in pages
        for match in re.findall(r"`(?:\$ )?(?:\.venv/bin/)?sib ([a-z]+)", page.read_text("utf-8"))
    }
    assert named
    assert named - set(COMMANDS) == set()


def test_the_doctor_says_what_is_there(sib: Sib) -> None:
    ran = sib("doctor", "--json")
    assert ran.code in (0, 1)
    found = {one["what"]: one for one in ran.json}
    assert found["templates"]["well"]
    assert f"{len(KINDS)} e-mails" in found["templates"]["said"]


def test_what_cannot_be_commissioned_is_refused_in_a_sentence(on_sqlite: Sib) -> None:
    on_sqlite.done("sample", "--schools", 20, "--active", 10, "--load", "--start", "2025-11-04")
    case = on_sqlite.done("cases", "--json").json[0]
    asked = ("--reason", "A test.", "--as-of", "2025-11-05")
    for urn, theme, pounds, said in (
        (case["urn"], case["theme_code"], 100, f"already has an open case for this theme: {case['reference']} is act"),
        (999_999, "reading", 100, "There is no school with URN 999999"),
        (case["urn"], "knitting", 100, "There is no theme 'knitting'; the themes are attainment-gap"),
        (case["urn"], "send", 100.005, "£100.005 is not a whole number of pence"),
        (case["urn"], "send", 100_000, "is asked for"),
    ):
        assert said in on_sqlite.refused("commission", urn, theme, "--pounds", pounds, *asked)
    assert len(on_sqlite.done("cases", "--json").json) == 10
