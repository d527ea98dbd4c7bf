"""An address of each page of the table, for tests that go through all of them."""

from tests.casework.world import SCHOOLS
from tests.web.conftest import Site
from web.routes import Rule


def address(site: Site, rule: Rule) -> str:
    """A path that the rule serves, with something real behind it."""
    known = {
        "/sign-in/{token}": f"/sign-in/{'A' * 22}",
        "/cases.{kind}": "/cases.csv",
        "/cases/{reference}/do/{form}": f"/cases/{site.cases['active']}/do/call",
        "/priorities.{kind}": "/priorities.xlsx",
        "/priorities/measures/{measure}.{kind}": "/priorities/measures/ks2_mat_exp.csv",
        "/priorities/measures/{measure}": "/priorities/measures/ks2_mat_exp",
        "/schools/{urn:int}": f"/schools/{SCHOOLS[0]}",
        "/schools/{urn:int}.{kind}": f"/schools/{SCHOOLS[0]}.csv",
        "/calendar.{kind}": "/calendar.csv",
        "/fund.{kind}": "/fund.xlsx",
        "/fund/{year}/{part}.{kind}": "/fund/2025-26/cases.csv",
        "/board/attendance.{kind}": "/board/attendance.csv",
        "/board/minutes.{kind}": "/board/minutes.xlsx",
        "/board/meetings.{kind}": "/board/meetings.csv",
        "/minutes.{kind}": "/minutes.csv",
        "/impact/{by}.{kind}": "/impact/theme.csv",
        "/map.{kind}": "/map.csv",
        "/map/support.{kind}": "/map/support.xlsx",
        "/outbox.{kind}": "/outbox.csv",
        "/board/decisions.{kind}": "/board/decisions.csv",
        "/round.{kind}": "/round.csv",
        "/contacts.{kind}": "/contacts.xlsx",
        "/contacts/{contact:int}": "/contacts/1",
        "/runs/{number:int}": "/runs/1",
        "/commission/{urn:int}": f"/commission/{SCHOOLS[0]}",
        "/outbox/{message:int}/mail": "/outbox/1/mail",
        "/outbox/{message:int}": "/outbox/1",
        "/o/{token}": site.links["school offer"],
        "/p/{token}": site.links["school plan"],
        "/u/{token}": site.links["update"],
        "/c/{token}": site.links["own case"],
        "/new-link/{token}": f"/new-link/{'A' * 22}",
        "/m/{token}": site.links["invitation"],
        "/l/{token}": site.links["letter"],
        "/stop/{token}": site.links["stop"],
        "/b/{token}": site.links["papers"],
        "/b/{token}/papers.pdf": f"{site.links['papers']}/papers.pdf",
        "/minutes/{year}/{number:int}": "/minutes/2025-26/0",
        "/minutes/{year}/{number:int}.md": "/minutes/2025-26/0.md",
    }
    filled = rule.path.replace("{reference}", site.cases["active"])
    return known.get(rule.path, filled.replace("/board/{year}/{number:int}", "/board/2025-26/0"))
