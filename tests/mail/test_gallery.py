"""The gallery, and each e-mail as a phone shows it: in Chromium, at two widths, in light and in dark.

The pictures are kept in `.pictures/mail/`, for a person to look at.
"""

import shutil
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from config.settings import ROOT
from mail.catalogue import DRAFTS, KINDS
from mail.gallery import READERS, write_gallery
from mail.rendering import render
from mail.samples import SAMPLES

PICTURES = ROOT / ".pictures" / "mail"
SMALLEST = 16  # px: what a phone's reader need not enlarge
READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of text
LOOK = """() => {
  const channel = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const numbers = text => text.match(/[0-9.]+/g).map(Number);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const found = numbers(getComputedStyle(e).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const said = texts.currentNode.data.trim(), element = texts.currentNode.parentElement;
    if (!said) continue;
    const style = getComputedStyle(element);
    const two = [light(numbers(style.color)), light(behind(element))].sort((a, b) => b - a);
    found.push([said, parseFloat(style.fontSize), (two[0] + 0.05) / (two[1] + 0.05)]);
  }
  const page = document.documentElement;
  return {sideways: page.scrollWidth - page.clientWidth, texts: found};
}"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    assert write_gallery(folder) == len(KINDS)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("There is no Chromium here: `make setup-browser` installs it on Debian")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=["light", "dark"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=request.param)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.scheme = request.param  # type: ignore[attr-defined]  # so that a picture can be named after it
    yield page
    context.close()


@pytest.mark.parametrize("template", KINDS)
def test_an_email_is_readable_on_a_phone(gallery: Path, phone: Page, template: str) -> None:
    phone.goto((gallery / f"{template}.html").as_uri())
    for width in (320, 390):
        phone.set_viewport_size({"width": width, "height": 844})
        looked = phone.evaluate(LOOK)
        assert looked["sideways"] <= 0, width
        assert len(looked["texts"]) > 5
        for said, size, contrast in looked["texts"]:
            assert size >= SMALLEST, said
            assert contrast >= READABLE, (said, contrast)
    PICTURES.mkdir(parents=True, exist_ok=True)
    phone.screenshot(path=PICTURES / f"{template}-{phone.scheme}.png", full_page=True)  # type: ignore[attr-defined]


def test_the_gallery_shows_every_email_whole(gallery: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto((gallery / "index.html").as_uri())
    assert page.locator("article").count() == len(KINDS)
    for template in KINDS:
        assert page.locator(f"#{template} pre").inner_text().strip() == render(SAMPLES[template]).text.strip()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.close()


def test_its_files_are_emails_and_a_draft_opens_as_one(gallery: Path) -> None:
    assert {template for _, templates in READERS for template in templates} == set(KINDS)
    for template in KINDS:
        message = BytesParser(policy=policy.default).parsebytes((gallery / f"{template}.eml").read_bytes())
        assert message["Subject"] == render(SAMPLES[template]).subject
        assert (message["X-Unsent"] == "1") is (template in DRAFTS)
