"""An address of every page that is read, in each of its states."""

from tests.casework.world import SCHOOLS
from tests.web.conftest import Site

LISTS = ("/cases", "/priorities", "/outbox", "/round", "/contacts")
FORMS = ("call", "hold", "release", "pause", "withdraw", "pay")


def officers(site: Site) -> list[str]:
    """Every page of officers and the Board, with and without anything to show."""
    return [
        *(
            "/",
            "/commission",
            "/calendar",
            "/fund",
            "/impact",
            "/map",
            "/board",
            "/board/decisions",
            "/board/attendance",
        ),
        *("/board/minutes", "/commission/run", "/contacts/add", "/cases/bulk"),
        *LISTS,
        *(f"/cases/{reference}" for reference in site.cases.values()),
        *(f"/cases/{site.cases['active']}/do/{name}" for name in FORMS),
        f"/cases/{site.cases['planning']}/do/approve",
        *(f"/cases/{reference}/preview" for reference in site.cases.values()),
        f"/cases/bulk?case={site.cases['active']}&case={site.cases['planning']}",
        *(
            "/cases?search=zzzz",
            "/cases?sort=school&order=desc&state=open",
            "/outbox?state=bounced",
            "/round?party=school",
        ),
        *("/contacts?search=zzzz", "/contacts/1", "/commission?search=school", "/commission?search=zzzz"),
        *(f"/schools/{SCHOOLS[0]}", f"/commission/{SCHOOLS[5]}", f"/commission/{SCHOOLS[5]}?theme=maths"),
        *("/priorities/measures/ks2_mat_exp", "/outbox/1", "/priorities?level=watch", "/priorities?search=zzzz"),
        *("/board/2025-26/0", "/board/2025-26/0/attendance", "/board/2025-26/0/decide", "/board/2025-26/0/minutes"),
        *("/board/2025-26/1/minutes", "/board/2025-26/2", "/board/decisions?state=lost", "/nothing"),
    ]


def everybody(site: Site) -> list[str]:
    """Those of links and of the public."""
    return [
        *site.links.values(),
        "/minutes",
        "/minutes/2025-26/0",
        "/sign-in",
        "/sign-in/demo",
        "/accessibility",
        "/privacy",
        f"/o/{'A' * 22}",
    ]
