"""The way through the officers' pages: what the menu offers, and where a page stands in it.

Only what is served is offered: a page that is not in the table of routes is left out.
"""

from dataclasses import dataclass

from web.routes import RULES, Who

MENU = (
    ("/", "Today"),
    ("/cases", "Cases"),
    ("/priorities", "Priorities"),
    ("/commission", "Commission"),
    ("/round", "Round"),
    ("/board", "Board"),
    ("/fund", "Fund"),
    ("/outbox", "Outbox"),
    ("/contacts", "Contacts"),
    ("/calendar", "Calendar"),
)
BELOW = {
    "Board": (
        ("/board", "Next meeting"),
        ("/board/decisions", "Decisions"),
        ("/board/attendance", "Attendance"),
        ("/board/minutes", "Minutes"),
        ("/impact", "Impact"),
        ("/map", "Map of support"),
    ),
}
ELSEWHERE = {"/schools": "/priorities", "/impact": "/board", "/map": "/board"}
_SERVED = {rule.path for rule in RULES if "GET" in rule.methods and rule.who is Who.OFFICERS}


@dataclass(frozen=True, slots=True)
class Item:
    address: str
    name: str
    is_here: bool


def menu_of(path: str) -> list[Item]:
    """The menu as a page at `path` shows it."""
    at = _stands_at(path)
    return [Item(address, name, _covers(address, at)) for address, name in MENU if address in _SERVED]


def below(path: str) -> tuple[str, list[Item]]:
    """The second menu of the part that a page belongs to, with its name; empty where there is none."""
    at = _stands_at(path)
    for name, items in BELOW.items():
        if _covers(next(a for a, n in MENU if n == name), at):
            exact = [Item(address, text, path == address) for address, text in items if address in _SERVED]
            return name, exact if len(exact) > 1 else []
    return "", []


def _stands_at(path: str) -> str:
    for start, instead in ELSEWHERE.items():
        if path == start or path.startswith(f"{start}/"):
            return instead
    return path


def _covers(address: str, path: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))
