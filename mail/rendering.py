"""Rendering: one environment; an undefined name is an error; HTML is escaped.

Text from people is data, never a template.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from mail.contexts import Context, Digest, DigestItem, MeasureLine
from mail.saying import FILTERS, MeasureShown
from rules.visible_text import visible

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "email"


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
    values = _values(context)
    name = context.template
    templates = environment()
    subject = _subject(name, values)
    values["subject"] = subject
    text = templates.get_template(f"{name}/body.txt").render(values)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip() + "\n"
    html = templates.get_template(f"{name}/body.html").render(values)
    return Rendered(subject, text, html, _calendars(context))


def subject_of(context: Context) -> str:
    """The subject alone."""
    return _subject(context.template, _values(context))


def _values(context: Context) -> dict[str, Any]:
    return {field.name: shown(getattr(context, field.name)) for field in fields(context)}


def _subject(template: str, values: dict[str, Any]) -> str:
    return " ".join(environment().get_template(f"{template}/subject.txt").render(values).split())


def digest_item(context: Context) -> DigestItem:
    """The same e-mail as one item of a digest: its subject, its paragraphs without the salutation, its link."""
    values = _values(context)
    subject = _subject(context.template, values)
    templates = environment()
    said = _Collected()
    templates.get_template(f"{context.template}/words.jinja").render({**values, "say": said})
    to_others: tuple[str, ...] = ()
    measures: tuple[MeasureLine, ...] = getattr(context, "measures", ())
    if any(one.few for one in measures):
        hidden = tuple(replace(one, baseline=None, latest=None, few=False) if one.few else one for one in measures)
        changed: Any = {"measures": hidden}
        to_others = digest_item(replace(context, **changed)).said
    return DigestItem(subject, tuple(said.lines), said.url, getattr(context, "calendar", ""), to_others)


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

    def measures(self, title: str, lines: Iterable[MeasureShown]) -> str:
        """A digest has no room for them; the form that its link opens shows them."""
        return ""

    def link(self, text: str, url: str) -> str:
        self.url = url
        return ""


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment: an undefined name is an error, HTML is escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    return made
