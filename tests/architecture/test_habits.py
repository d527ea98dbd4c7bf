"""Habits of docs/architecture.md that import-linter cannot see, read from the source itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import ROOT

ROOMS = (
    "analysis",
    "casework",
    "cli",
    "config",
    "feeds",
    "flows",
    "intake",
    "mail",
    "migrations",
    "models",
    "papers",
    "queries",
    "rules",
    "sample",
    "tasks",
    "web",
)
LONGEST_FILE = 400
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "constants", "misc"}


def sources(*rooms: str) -> list[Path]:
    """The Python files of these rooms; of all when none is named. Alembic's revisions are as long as the schema is."""
    found = [file for room in rooms or ROOMS for file in (ROOT / room).rglob("*.py")]
    return sorted(file for file in found if file.parent.name != "versions")


def shown(file: Path) -> str:
    return str(file.relative_to(ROOT))


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=shown(file))


def imported(module: ast.Module) -> Iterator[str]:
    """The first part of every module that this one imports, wherever in it."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def called(module: ast.Module) -> Iterator[str]:
    """Every dotted name that is called: `datetime.now`, `session.commit`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def from_outside(file: Path) -> set[str]:
    return set(imported(tree(file))) - set(ROOMS) - sys.stdlib_module_names


def test_models_need_only_sqlalchemy() -> None:
    assert {shown(file): from_outside(file) - {"sqlalchemy"} for file in sources("models")} == {
        shown(file): set() for file in sources("models")
    }


def test_rules_need_nothing_from_outside() -> None:
    assert {shown(file): found for file in sources("rules") if (found := from_outside(file))} == {}


def test_only_tasks_flows_and_the_command_line_know_prefect() -> None:
    others = sources(*(room for room in ROOMS if room not in {"tasks", "flows", "cli"}))
    assert [shown(file) for file in others if "prefect" in imported(tree(file))] == []


def test_only_settings_read_the_environment() -> None:
    others = [file for file in sources() if shown(file) != "config/settings.py"]
    reading = {"os.environ", "os.getenv", "os.putenv"}
    offenders = [
        shown(file)
        for file in others
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in reading
    ]
    assert offenders == []


def test_only_the_clock_reads_the_clock() -> None:
    others = [file for file in sources() if shown(file) != "config/clock.py"]
    reading = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "dt.date.today")
    offenders = [f"{shown(file)}: {name}" for file in others for name in called(tree(file)) if name.endswith(reading)]
    assert offenders == []


def test_rooms_below_tasks_never_commit() -> None:
    below = sources("rules", "queries", "casework", "intake", "analysis", "feeds", "mail", "models", "papers")
    ends = ("session.commit", "connection.commit", "session_scope", "session_factory")  # fund.commit is about money
    offenders = [shown(file) for file in below if any(name.endswith(ends) for name in called(tree(file)))]
    assert offenders == []


def test_flows_hold_no_classes_and_no_modules_of_other_rooms_names() -> None:
    """An entrypoint by file would load them twice, under another name, with flows/ first on the path."""
    offenders = [shown(file) for file in sources("flows") if file.stem in ROOMS]
    offenders += [
        shown(file) for file in sources("flows") if any(isinstance(node, ast.ClassDef) for node in tree(file).body)
    ]
    assert offenders == []


def test_no_file_is_longer_than_one_idea() -> None:
    files = [*sources(), *sorted((ROOT / "tests").rglob("*.py"))]
    long = {shown(file): lines for file in files if (lines := len(file.read_text().splitlines())) > LONGEST_FILE}
    assert long == {}


def test_names_say_what_is_inside() -> None:
    assert [shown(file) for file in sources() if file.stem in NAMES_THAT_SAY_NOTHING] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [shown(file) for file in sources() if not ast.get_docstring(tree(file))] == []


@pytest.mark.parametrize("entrance", ["cli.main", "web.app"])
def test_the_entrances_do_not_pay_for_prefect(entrance: str) -> None:
    """Prefect alone takes 3 s to import: `sib --help` and the pages start without it."""
    program = f"import sys, {entrance}; print('prefect' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"
