"""Rendering: one environment; an undefined name is an error; HTML is escaped.

Text from people is data, never a template.
"""

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from mail.board_contexts import DeliveryLine
from mail.contexts import Context, Digest, DigestItem, DigestLine, MeasureLine
from rules.day_words import in_words
from rules.eligibility import pounds
from rules.visible_text import visible

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "email"
WIDTH = 72
OUTCOMES = {"met": "met", "partly_met": "partly met", "not_met": "not met", "not_measurable": "not measurable"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """An e-mail as a person reads it; `calendars` are the .ics files that it carries."""

    subject: str
    text: str
    html: str
    calendars: tuple[str, ...] = ()


def render(context: Context) -> Rendered:
    """Render one e-mail.

    Raises:
        jinja2.UndefinedError: the template names what the context has not.
    """
    values = {field.name: shown(getattr(context, field.name)) for field in fields(context)}
    name = context.template
    environment = _environment()
    subject = " ".join(environment.get_template(f"{name}/subject.txt").render(values).split())
    values["subject"] = subject
    text = environment.get_template(f"{name}/body.txt").render(values)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip() + "\n"
    html = environment.get_template(f"{name}/body.html").render(values)
    return Rendered(subject, text, html, _calendars(context))


def digest_item(context: Context) -> DigestItem:
    """The same e-mail as one item of a digest: its subject, its paragraphs without the salutation, its link."""
    values = {field.name: shown(getattr(context, field.name)) for field in fields(context)}
    environment = _environment()
    subject = " ".join(environment.get_template(f"{context.template}/subject.txt").render(values).split())
    said = _Collected()
    environment.get_template(f"{context.template}/words.jinja").render({**values, "say": said})
    return DigestItem(subject, tuple(said.lines), said.url, getattr(context, "calendar", ""))


def _calendars(context: Context) -> tuple[str, ...]:
    carriers: tuple[object, ...] = (context, *(context.items if isinstance(context, Digest) else ()))
    return tuple(text for one in carriers if (text := getattr(one, "calendar", "")))


def shown(value: Any) -> Any:
    """A value whose every text is fit for showing."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, tuple):
        return tuple(shown(one) for one in value)
    if hasattr(value, "__dataclass_fields__"):
        return type(value)(**{field.name: shown(getattr(value, field.name)) for field in fields(value)})
    return value


class _Collected:
    """Stands for the ways of saying things when an e-mail becomes an item of a digest: the words without the form."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.url = ""

    def p(self, text: str) -> str:
        self.lines.append(text)
        return ""

    lead = p

    def facts(self, rows: Iterable[tuple[str, str]]) -> str:
        return self.p(" · ".join(f"{label}: {value}" for label, value in rows))

    def bullets(self, items: Iterable[str]) -> str:
        return self.p("; ".join(items))

    def link(self, text: str, url: str) -> str:
        self.url = url
        return ""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        day=lambda day: f"{day:%A} {day.day} {day:%B %Y}",
        short_day=lambda day: f"{day:%A} {day.day} {day:%B}",
        pounds=pounds,
        counted=lambda n, thing: f"{n} {thing}" if n == 1 else f"{n} {thing}s",
        sentence=lambda text: text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}.",
        outcome=OUTCOMES.__getitem__,
        wrapped=_wrapped,
        bullet=lambda text: textwrap.fill(
            text, WIDTH, initial_indent="* ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        ),
        measure_lines=_measure_lines,
        digest_lines=_digest_lines,
        delivery_lines=_delivery_lines,
        clock=_clock,
        days=lambda days: [f"{day:%A} {day.day} {day:%B %Y}" for day in days],
    )
    return made


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _measure_lines(measures: tuple[MeasureLine, ...]) -> list[str]:
    return [
        f"{m.name}: from {_figure(m.baseline, m.unit)} to {_figure(m.target, m.unit)} by {in_words(m.target_on)}"
        for m in measures
    ]


def _digest_lines(lines: tuple[DigestLine, ...]) -> list[str]:
    return [f"{line.school} ({line.reference}): {line.said}" for line in lines]


def _delivery_lines(lines: tuple[DeliveryLine, ...]) -> list[str]:
    return [
        f"{line.person} at {line.address}" + (f" ({line.reference})" if line.reference else "") + f": {line.said} "
        f"It was about: {line.about}."
        for line in lines
    ]


def _clock(at: time) -> str:
    """A time of day as the service manual writes it: 4pm, 4:30pm, midday."""
    if (at.hour, at.minute) == (12, 0):
        return "midday"
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def _figure(value: float, unit: str) -> str:
    return f"{value:g}%" if unit == "percent" else f"{value:g}"
