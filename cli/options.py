"""Options that several commands share."""

from collections.abc import Callable
from datetime import date
from typing import Any

import click


class Day(click.ParamType[date]):
    """A day written as 2025-11-21."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a day: write it as 2025-11-21.", param, ctx)


DAY = Day()


def as_of(command: Callable[..., Any]) -> Callable[..., Any]:
    """The day that a command is carried out for."""
    return click.option("--as-of", type=DAY, default=None, help="The day it is for; today when left out.")(command)


def as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    """Print JSON for other tools."""
    return click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")(command)
