"""Printing lists: a table on a terminal, tabs in a pipe, JSON when it is asked for."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

import click


def show_json(value: Any) -> None:
    """Print a value as JSON: days in ISO form, dataclasses as objects."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def show_rows(headings: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> None:
    """Print rows: aligned on a terminal, divided by tabs in a pipe; one sentence when there are none."""
    if not rows:
        click.echo(empty)
    elif not sys.stdout.isatty():
        for row in [headings, *rows]:
            click.echo("\t".join(_cell(value) for value in row))
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(*headings, box=None, pad_edge=False, header_style="bold")
        for row in rows:
            table.add_row(*(_cell(value) for value in row))
        Console().print(table)


def plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value


def _cell(value: object) -> str:
    return "" if value is None else str(plain(value)).replace("\t", " ").replace("\n", " ")
