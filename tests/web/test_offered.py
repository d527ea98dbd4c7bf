"""Nobody is offered what their role may not open or send: no link and no form of a page leads to a refusal."""

from html.parser import HTMLParser

import pytest

from models.staff import StaffRole
from tests.web.conftest import Site
from tests.web.states import officers
from web.menu import may_use


class Offers(HTMLParser):
    """The links and forms of a page at `path`, as (method, address)."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and (given.get("href") or "").startswith("/"):
            self.found.append(("GET", given["href"] or ""))
        if tag == "form":
            self.found.append(((given.get("method") or "get").upper(), given.get("action") or self.path))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ["board", "finance", "chair", "officer"])
def test_no_page_offers_what_would_be_refused(site: Site, role: str) -> None:
    roles, client = frozenset({StaffRole(role)}), site.as_role(role)
    refused, seen = set(), 0
    for path in officers(site):
        answered = client.get(path)
        if answered.status_code == 403:
            continue
        offers = Offers(path)
        offers.feed(answered.text)
        seen += len(offers.found)
        refused |= {(path, *one) for one in offers.found if not may_use(roles, one[1], one[0])}
    assert seen > 300
    assert sorted(refused) == []
