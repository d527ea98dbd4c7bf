"""The pages in a real browser: accessible to WCAG 2.2 AA, nothing sideways at 320 px, by keyboard, without scripts."""

import shutil
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from config.database import session_factory
from config.settings import settings
from models.priorities import IdentificationRun, Priority
from models.providers import Provider
from models.results import ReferenceResult
from tests.casework.programme_world import AFTER, make_programme
from tests.casework.world import desk_at
from tests.web.conftest import TODAY, Site
from tests.web.states import everybody, officers

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASK = (
    "tags => axe.run({runOnly: {type: 'tag', values: tags}}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
)
WIDTHS = (320, 390, 1100)
CUT = """lists => [...document.querySelectorAll(lists)].filter(one => one.scrollWidth > one.clientWidth + 1)
  .map(one => [one.getAttribute('aria-label'), one.scrollWidth, one.clientWidth])"""
"""Tables of which a part lies out of sight, to be scrolled to: none on a desk; on a phone lists stand as blocks."""


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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page as most people have it, with scripts on: axe needs them; ours has none."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def faults(page: Page) -> list[object]:
    page.evaluate(AXE)
    found: list[object] = page.evaluate(ASK, TAGS)
    return found


def addresses(site: Site) -> list[str]:
    return [*everybody(site), *officers(site)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_page_is_accessible_and_fits(site: Site, page: Page) -> None:
    page.context.add_cookies([{"name": "sib", "value": site.sessions["officer"], "url": site.base}])
    for path in addresses(site):
        page.goto(site.base + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert sideways <= 0, (path, width, sideways)
            assert page.evaluate(CUT, ".sib-wide" if width > 1000 else ".sib-wide:has(.sib-stack)") == [], (path, width)
        assert faults(page) == [], path


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["school offer", "provider offer", "school plan", "update", "invitation", "letter"])
def test_a_form_with_errors_is_accessible_and_leads_to_its_fields(site: Site, page: Page, name: str) -> None:
    page.goto(site.base + site.links[name])
    page.get_by_role("button").click()
    assert page.title().startswith("Error: ")
    assert faults(page) == []
    first = page.locator(".govuk-error-summary a").first
    field = (first.get_attribute("href") or "").removeprefix("#")
    first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == field


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_head_answers_on_a_phone_by_keyboard_and_without_scripts(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(site.base + site.links["school offer"])
    page.get_by_label("Yes, accept").focus()
    page.keyboard.press("Space")
    page.get_by_label("Your full name").focus()
    page.keyboard.type("Priya Shah")
    page.keyboard.press("Enter")
    page.wait_for_url("**?sent")
    assert page.get_by_role("heading", level=1).inner_text() == "We have your answer"
    context.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_figures_of_every_chart_fit_a_phone(site: Site, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their tables are folded away: unfolded, nothing of them lies out of sight."""
    with session_factory(site.engine).begin() as session:
        make_programme(session, EFFECTS, world=False)
        session.add(ReferenceResult(measure="ks2_mat_exp", area="england", year="2025-26", value=72.0))
        run = IdentificationRun(
            la_code=838, as_of=TODAY, digest="d", run_at=desk_at(session, TODAY).now, schools=6, findings=5
        )
        session.add(run)
        session.flush()
        session.query(Priority).update({"run_id": run.id})
    monkeypatch.setenv("SIB_TODAY", AFTER.isoformat())
    settings.cache_clear()
    page.context.add_cookies([{"name": "sib", "value": site.sessions["board"], "url": site.base}])
    case = f"/cases/{site.cases['active']}"
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/impact", "/map", "/round", "/fund", case, "/priorities/measures/ks2_mat_exp"):
        page.goto(site.base + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.locator("figure + details table").first.is_visible(), path
        assert page.evaluate(CUT, "figure + details .sib-wide") == [], path
        assert faults(page) == [], path


EFFECTS = {"TSA1": [16.0, 24.0, 20.0, 18.0], "HUB1": [0.0, 2.0, -2.0, 1.0]}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_impact_and_map_say_it_in_words_charts_and_tables(
    site: Site, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session_factory(site.engine).begin() as session:
        make_programme(session, EFFECTS, world=False)
        run = IdentificationRun(
            la_code=838, as_of=TODAY, digest="d", run_at=desk_at(session, TODAY).now, schools=6, findings=5
        )
        session.add(run)
        session.flush()
        session.query(Priority).update({"run_id": run.id})
        session.query(Provider).filter_by(code="TSA1").one().name = "<b>Alliance & {{ 7*7 }}</b>"
    monkeypatch.setenv("SIB_TODAY", AFTER.isoformat())
    settings.cache_clear()
    page.context.add_cookies([{"name": "sib", "value": site.sessions["board"], "url": site.base}])
    for path, wanted in (
        ("/impact", ("What the support did", "against similar schools without support", "half would by chance alone")),
        ("/map", ("Map of support", "Theme by family cluster", "Who supports whom")),
    ):
        answer = page.goto(site.base + path)
        assert answer is not None
        assert answer.status == 200
        text = page.inner_text("main")
        assert all(words in text for words in wanted), text
        assert "<b>Alliance & {{ 7*7 }}</b>" in page.content().replace("&lt;", "<").replace("&gt;", ">").replace(
            "&amp;", "&"
        )
        assert page.locator("main b").count() == 0
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert sideways <= 0, (path, width, sideways)
        assert faults(page) == [], path
        figures, drawn = (
            page.locator("figure.sib-figure").count(),
            page.locator("figure.sib-figure + details table").count(),
        )
        assert figures == drawn > 0
