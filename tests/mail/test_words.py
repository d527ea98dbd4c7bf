"""The words: golden files, HTML and text that say the same, nothing from people taken as markup or template."""

import re
from collections import Counter
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from mail import contexts as c
from mail.catalogue import KINDS, Told, context_of, letter_of, merged
from mail.rendering import TEMPLATES, digest_item, render
from mail.samples import SAMPLES
from tests.mail.golden import FOLDER, as_files

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% raw %}\u202eevil\u2066\x00\x07 =cmd|' /C calc'!A0 & \"quoted\""


class _Page(HTMLParser):
    """Words, addresses and elements of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in {"meta", "br"}:
            self._open.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "body" in self._open:
            self.words += data.split()


@pytest.mark.parametrize("template", KINDS)
def test_an_email_is_as_it_was_last_read(template: str) -> None:
    for path, text in as_files(template, render(SAMPLES[template])).items():
        assert text == path.read_text("utf-8"), (
            "Changed on purpose? python -m tests.mail.golden, and read the difference."
        )


def test_every_email_has_its_files_its_example_and_nothing_is_left_over() -> None:
    folders = {folder.name for folder in TEMPLATES.iterdir() if not folder.name.startswith("_")}
    assert folders == set(KINDS) == set(SAMPLES)
    for folder in folders:
        assert {"subject.txt", "body.txt", "body.html"} <= {file.name for file in (TEMPLATES / folder).iterdir()}
    assert {file.stem for file in FOLDER.iterdir()} == folders


@pytest.mark.parametrize("template", KINDS)
def test_text_and_html_say_the_same(template: str) -> None:
    rendered = render(SAMPLES[template])
    page = _Page(rendered.html)
    in_html = Counter(re.findall(r"[\w£%]+", " ".join(page.words)))
    in_text = Counter(re.findall(r"[\w£%]+", rendered.text))
    heading = Counter(re.findall(r"[\w£%]+", f"{SAMPLES[template].head.council} {rendered.subject}"))
    assert in_html - heading == in_text - (in_text - in_html)
    assert not in_text - in_html


@pytest.mark.parametrize("template", KINDS)
def test_every_link_is_visible_whole_and_the_only_thing_to_click(template: str) -> None:
    rendered = render(SAMPLES[template])
    page = _Page(rendered.html)
    expected = [getattr(SAMPLES[template], "url", "")]
    if isinstance(context := SAMPLES[template], c.Digest):
        expected = [item.url for item in context.items]
    expected = [url for url in expected if url]
    assert page.links == expected
    assert re.findall(r"https?://\S+", rendered.text) == expected
    assert all(url in page.words for url in expected)


@pytest.mark.parametrize("template", KINDS)
def test_subjects_are_plain(template: str) -> None:
    subject = render(SAMPLES[template]).subject
    assert subject == " ".join(subject.split())
    assert not re.search(r"urgent|^re:|!|\bfwd?:", subject, re.IGNORECASE)
    assert len(subject) <= 110


@pytest.mark.parametrize("template", KINDS)
def test_plain_text_is_narrow_but_for_addresses(template: str) -> None:
    for line in render(SAMPLES[template]).text.splitlines():
        assert len(line) <= 72 or line.startswith(("https://", "Reference", "Why you got this")), line


@pytest.mark.parametrize("template", KINDS)
def test_what_people_wrote_is_never_markup_nor_template(template: str) -> None:
    plain, hostile = render(SAMPLES[template]), render(_with_text(SAMPLES[template], HOSTILE))
    page = _Page(hostile.html)
    assert page.tags["script"] == 0
    assert set(page.tags) <= set(_Page(plain.html).tags)
    assert "49" not in _Page(hostile.html).words
    for text in (hostile.subject, hostile.text, hostile.html):
        assert "\u202e" not in text
        assert "\u2066" not in text
        assert "\x00" not in text
        assert "\x07" not in text
    assert "\n" not in hostile.subject


@pytest.mark.parametrize("template", KINDS)
def test_a_context_comes_back_whole_from_the_outbox(template: str) -> None:
    name, kept = letter_of(SAMPLES[template])
    assert context_of(name, kept) == SAMPLES[template]


@pytest.mark.parametrize("template", [name for name in KINDS if name != "digest"])
def test_every_email_can_be_part_of_a_digest(template: str) -> None:
    item = digest_item(SAMPLES[template])
    assert item.heading == render(SAMPLES[template]).subject
    assert item.said
    assert item.url == getattr(SAMPLES[template], "url", "")


def test_a_name_that_the_context_lacks_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare(c.Context):
        template = "support-offered"

    with pytest.raises(UndefinedError):
        render(Bare(SAMPLES["support-offered"].head))


def test_lists_of_one_kind_become_one_list() -> None:
    tasks, update = SAMPLES["task-digest"], SAMPLES["impact-update-request"]
    told = [Told(*letter_of(one)) for one in (tasks, update, tasks)]
    first, second = (context_of(one.template, one.context) for one in merged(told))
    assert isinstance(tasks, c.TaskDigest)
    assert isinstance(first, c.TaskDigest)
    assert first.lines == tasks.lines * 2
    assert second == update


@given(st.text(max_size=200))
def test_any_text_renders(said: str) -> None:
    for context in SAMPLES.values():
        rendered = render(_with_text(context, said))
        _Page(rendered.html)
        assert "\n" not in rendered.subject


def _with_text(value: Any, said: str) -> Any:
    """The same value with every text in it replaced, but for what is chosen from a list, and addresses."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"outcome", "url", "party", "brand_colour", "change", "unsubscribe_url", "unit"}
        return type(value)(
            **{
                field.name: getattr(value, field.name)
                if field.name in kept
                else _with_text(getattr(value, field.name), said)
                for field in fields(value)
            }
        )
    if isinstance(value, tuple):
        return tuple(_with_text(one, said) for one in value)
    return said if isinstance(value, str) else value
