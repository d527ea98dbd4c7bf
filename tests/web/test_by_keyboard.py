"""Officers' pages by keyboard, on paper, without motion, and their forms as they come back with errors; in Chromium."""

import pytest
from playwright.sync_api import Browser, Page

from tests.casework.world import SCHOOLS
from tests.web.conftest import Site
from tests.web.test_browser import browser as browser  # noqa: PLC0414  the same Chromium as the other tests
from tests.web.test_browser import faults
from tests.web.test_browser import page as page  # noqa: PLC0414

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

STOPS = """() => {
  const radios = new Set();
  const reached = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary,'
    + ' iframe, [tabindex="0"]')].filter(one => {
    if (!one.checkVisibility() || one.disabled) return false;
    if (one.type !== 'radio') return true;
    if (radios.has(one.name)) return false;
    radios.add(one.name);
    return true;
  });
  reached.forEach((one, number) => { one.dataset.stop = number; });
  return reached.map(one => one.outerHTML.slice(0, 300));
}"""
"""Everything that Tab must reach, in the order of the page, numbered; of radios, each group is one stop."""
HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const drawn = ['radio', 'checkbox'].includes(one.type) && one.nextElementSibling
    ? getComputedStyle(one.nextElementSibling, '::before') : getComputedStyle(one);
  const own = getComputedStyle(one);
  const seen = style => style.boxShadow !== 'none' || style.backgroundColor === 'rgb(255, 221, 0)'
    || (style.outlineStyle !== 'none' && style.outlineWidth !== '0px' && !style.outlineColor.endsWith(', 0)'));
  const box = one.getBoundingClientRect();
  return {stop: Number(one.dataset.stop), seen: seen(drawn) || seen(own),
          inside: box.bottom > 0 && box.top < innerHeight && box.width > 0};
}"""
BY_KEYBOARD = {
    "/cases": ('id="search"', 'id="state"', 'href="/cases?', 'href="/cases/SIB-', "<button"),
    "/outbox": ('id="search"', 'name="message"', 'href="/outbox/', 'value="retry"'),
    "/priorities/measures/ks2_mat_exp": ('href="/priorities"', "<summary"),
    "case": ('href="/schools/', "/do/call", 'href="/outbox/', "<summary"),
    "form": ('name="spoke_to"', "<textarea", 'type="radio"', "<button"),
}
"""Pages, and what a person comes to on each: the search, the filters, the links of the table, what the page is for."""


def signed_in(site: Site, page: Page, role: str = "officer") -> Page:
    page.context.add_cookies([{"name": "sib", "value": site.sessions[role], "url": site.base}])
    return page


@on_sqlite
def test_tab_reaches_everything_in_order_is_seen_and_is_never_trapped(site: Site, page: Page) -> None:
    case = f"/cases/{site.cases['active']}"
    site.fill(f"{case}/do/call", spoke_to="Priya Shah", said="She will send it.", settle="no")
    for name, wanted in BY_KEYBOARD.items():
        path = {"case": case, "form": f"{case}/do/call"}.get(name, name)
        signed_in(site, page).goto(site.base + path)
        stops = page.evaluate(STOPS)
        reached: list[int] = []
        for _ in stops:
            page.keyboard.press("Tab")
            here = page.evaluate(HERE)
            assert here is not None, (path, reached)
            assert here["seen"], (path, stops[here["stop"]])
            assert here["inside"], (path, stops[here["stop"]])
            reached.append(here["stop"])
        assert reached == list(range(len(stops))), path
        assert "govuk-skip-link" in stops[0]
        assert all(any(text in one for one in stops) for text in wanted), (path, wanted, stops)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || document.activeElement.dataset.stop === '0'")


@on_sqlite
def test_the_skip_link_jumps_over_the_menu(site: Site, page: Page) -> None:
    signed_in(site, page).goto(f"{site.base}/cases")
    page.keyboard.press("Tab")
    assert page.locator(".govuk-skip-link").is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


PAPER = {"width": 688, "height": 1010}
"""A4 within its margins, in the pixels of CSS."""
ON_PAPER = """() => {
  const shown = one => one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});
  const all = selector => [...document.querySelectorAll(selector)];
  return {
    tools: all('nav, button, form.sib-filters, .govuk-button, .govuk-skip-link, input').filter(shown)
      .map(one => one.outerHTML.slice(0, 120)),
    cut: [document.documentElement, ...all('.sib-wide')].filter(one => one.scrollWidth > one.clientWidth + 1)
      .map(one => [one.getAttribute('aria-label'), one.scrollWidth, one.clientWidth]),
    folded: all('main details table').filter(one => !shown(one) || !one.getBoundingClientRect().height).length,
    addresses: all('main a').filter(shown)
      .filter(one => !['none', 'normal'].includes(getComputedStyle(one, '::after').content)).length,
    charts: all('svg.sib-chart').filter(shown).length === all('figure.sib-figure').length,
  };
}"""
PRINTED = ("/", "/cases", "/round", "/fund", "/board", "/map", "/priorities/measures/ks2_mat_exp", "/calendar")


@on_sqlite
def test_paper_has_the_matter_whole_and_nothing_to_press(site: Site, page: Page) -> None:
    signed_in(site, page).set_viewport_size(PAPER)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    for path in (*PRINTED, f"/cases/{site.cases['active']}", f"/cases/{site.cases['planning']}"):
        page.goto(site.base + path)
        found = page.evaluate(ON_PAPER)
        assert found == {"tools": [], "cut": [], "folded": 0, "addresses": 0, "charts": True}, path


@on_sqlite
@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_who_wishes_it(site: Site, browser: Browser, wish: str, moves: bool) -> None:
    context = browser.new_context(reduced_motion=wish)  # type: ignore[arg-type]
    page = signed_in(site, context.new_page())
    page.goto(f"{site.base}/cases/{site.cases['active']}")
    page.evaluate(
        "for (const one of document.querySelectorAll('*'))"
        " { one.style.transition = 'all 2s'; one.style.animation = '2s spin'; }"
    )
    still = page.evaluate(
        "[...document.querySelectorAll('*')].filter(one => { const style = getComputedStyle(one);"
        " return style.transitionDuration !== '0s' || style.animationName !== 'none'; }).length"
    )
    assert (still > 0) is moves
    context.close()


def forms(site: Site) -> dict[str, dict[str, str]]:
    """Every form of the officers and the Board, and what is wrongly put into it before it is sent."""
    active, planning = site.cases["active"], site.cases["planning"]
    return {
        **{f"/cases/{active}/do/{name}": {} for name in ("call", "hold", "pay")},
        f"/cases/{planning}/do/approve": {},
        f"/cases/bulk?case={active}&case={planning}": {},
        f"/commission/{SCHOOLS[5]}?theme=maths": {"pounds": "lots"},
        "/contacts/1": {},
        "/contacts/add": {"email": "not an address"},
        "/board/2025-26/1/decide": {},
        "/board/2025-26/2/attendance": {},
        "/sign-in": {"email": "nobody"},
        f"/cases/{active}/preview?day-day=41&day-month=1&day-year=2026": {},
    }


@on_sqlite
def test_officers_forms_with_errors_are_accessible_and_lead_to_their_fields(site: Site, page: Page) -> None:
    signed_in(site, page, "admin")
    for path, wrong in forms(site).items():
        page.goto(site.base + path)
        for name, value in wrong.items():
            page.locator(f"main [name='{name}']").fill(value)
        if "preview" not in path:
            page.locator("main form .govuk-button:visible").last.click()
        assert page.title().startswith("Error: "), path
        assert faults(page) == [], path
        first = page.locator(".govuk-error-summary a").first
        field = (first.get_attribute("href") or "").removeprefix("#")
        first.press("Enter")
        assert page.evaluate("document.activeElement.id") == field, path
