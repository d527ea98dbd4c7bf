"""Drawing the Board's papers: one template, escaped throughout, for screen, print and screen reader."""

import enum
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from papers.pack import Pack, public_part
from rules.day_words import clock_time, in_words
from rules.eligibility import pounds
from rules.visible_text import visible

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "papers"


class Part(enum.StrEnum):
    """Who is it for: the Board reads everything, the public what names no school."""

    ALL = "all"
    PUBLIC = "public"


def pack_html(pack: Pack, part: Part = Part.ALL, *, nonce: str = "", pdf_url: str = "") -> str:
    """A whole page with its own styles. `nonce` lets them pass a strict content security policy; `pdf_url` is where
    the same can be had as PDF.
    """
    public = part is Part.PUBLIC
    shown = public_part(pack) if public else pack
    return _environment().get_template("pack.html").render(pack=shown, public=public, nonce=nonce, pdf_url=pdf_url)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    made.filters.update(day=in_words, time=clock_time, weekday=lambda day: f"{day:%A} {in_words(day)}", pounds=pounds)
    return made
