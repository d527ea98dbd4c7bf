"""What is imported is declared, and what is declared is imported: a clean clone has nothing else."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from config.settings import ROOT
from tests.architecture.test_habits import ROOMS, imported, sources

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

NOT_IMPORTED = {
    "govuk-frontend-jinja": "Jinja2 loads its templates by name",
    "psycopg": "SQLAlchemy imports it by its name in an address",
    "python-multipart": "Starlette imports it when a form is read",
    "tzdata": "zoneinfo reads it",
    "uvicorn": "run as a program",
    "itsdangerous": "Starlette's sessions import it",
}


def declared(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~ ;]", one)[0].lower().replace("_", "-") for one in requirements}


PEERS = ROOT / "benchmarks" / "peers"


def used(*folders: str) -> set[str]:
    """The distributions that these folders' Python files import, but for the peers', which are the extra `bench`."""
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py") if PEERS not in file.parents]
    modules = {name for file in files for name in imported(ast.parse(file.read_text(encoding="utf-8")))}
    outside = modules - set(ROOMS) - {"tests", "docs", "benchmarks", "chaos"} - sys.stdlib_module_names
    known = packages_distributions()
    return {known.get(module, [module])[0].lower().replace("_", "-") for module in outside}


def test_what_the_rooms_import_is_declared() -> None:
    assert used(*ROOMS) - declared(PROJECT["dependencies"]) == set()


def test_what_the_tests_import_is_declared() -> None:
    everything = declared(PROJECT["dependencies"]) | declared(PROJECT["optional-dependencies"]["dev"])
    assert used("tests", "docs", "benchmarks", "chaos") - everything == set()


def test_what_the_peers_import_is_declared() -> None:
    """By the names of their modules: the extra is not installed where the tests run."""
    modules = {name for file in PEERS.glob("*.py") for name in imported(ast.parse(file.read_text(encoding="utf-8")))}
    ours = set(ROOMS) | {"benchmarks", "sqlalchemy", "prefect"} | sys.stdlib_module_names
    extra = declared(PROJECT["optional-dependencies"]["bench"])
    assert {one.replace("post_office", "django-post-office") for one in modules - ours - {"django"}} == extra


def test_nothing_is_declared_in_vain() -> None:
    assert declared(PROJECT["dependencies"]) - used(*ROOMS) - set(NOT_IMPORTED) == set()


def test_sources_are_found() -> None:
    assert len(sources()) > 20
