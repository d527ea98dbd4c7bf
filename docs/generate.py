"""`make docs`: the pages that come from the code, so that they cannot say something else."""

import sys
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from config.settings import Settings
from rules.policy import Policy
from rules.retention import Retention

HERE = Path(__file__).parent


def settings_page() -> str:
    """Every setting, from config/settings.py."""
    lines = [
        "# Settings",
        "",
        "Read from the environment by `config/settings.py` alone; written by `make docs`.",
        "",
        "| variable | default | what it is |",
        "|---|---|---|",
    ]
    lines += [f"| `{variable(name, field)}` | {default(field)} | {said(field)} |" for name, field in fields()]
    return "\n".join(lines) + "\n"


def fields() -> list[tuple[str, FieldInfo]]:
    return list(Settings.model_fields.items())


def variable(name: str, field: FieldInfo) -> str:
    alias: Any = field.validation_alias
    return str(alias.choices[0]) if alias is not None else f"SIB_{name.upper()}"


def default(field: FieldInfo) -> str:
    if isinstance(field.default, Policy | Retention):
        return f"`{field.default.__module__.replace('.', '/')}.py`"
    if field.default_factory is not None or field.default in {None, ()} or isinstance(field.default, Path):
        return ""
    return f"`{field.default}`"


def said(field: FieldInfo) -> str:
    return " ".join((field.description or "").split()).replace("|", "\\|")


PAGES = {"settings.md": settings_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")
