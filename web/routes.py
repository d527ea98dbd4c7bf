"""Every page with who may have it: the one place that says so. A test holds the application to this table."""

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """`LINK`: whoever has the link of this case; `OFFICERS`: nobody until sign-in comes, but everybody in a demo;
    `MACHINES`: watchdogs, collectors and Prefect's server, each page checking its own token."""

    ANYBODY = "anybody"
    LINK = "link"
    OFFICERS = "officers"
    MACHINES = "machines"


@dataclass(frozen=True, slots=True)
class Rule:
    path: str
    methods: tuple[str, ...]
    who: Who
    page: str


GET, GET_POST = ("GET", "HEAD"), ("GET", "HEAD", "POST")

RULES = (
    Rule("/", GET, Who.OFFICERS, "today"),
    Rule("/cases", GET, Who.OFFICERS, "case_list"),
    Rule("/cases/{reference}", GET, Who.OFFICERS, "one_case"),
    Rule("/priorities", GET, Who.OFFICERS, "priority_list"),
    Rule("/outbox", GET, Who.OFFICERS, "outbox_list"),
    Rule("/outbox/{message:int}", GET, Who.OFFICERS, "one_message"),
    Rule("/fund", GET, Who.OFFICERS, "fund"),
    Rule("/o/{token}", GET_POST, Who.LINK, "offer"),
    Rule("/p/{token}", GET_POST, Who.LINK, "plan"),
    Rule("/u/{token}", GET_POST, Who.LINK, "update"),
    Rule("/new-link/{token}", ("POST",), Who.LINK, "new_link"),
    Rule("/m/{token}", GET_POST, Who.LINK, "board_links.meeting"),
    Rule("/l/{token}", GET_POST, Who.LINK, "board_links.group_letter"),
    Rule("/stop/{token}", GET_POST, Who.LINK, "board_links.stop_minutes"),
    Rule("/minutes", GET, Who.ANYBODY, "minutes_pages.minutes_list"),
    Rule("/minutes/{year}/{number:int}", GET, Who.ANYBODY, "minutes_pages.minutes"),
    Rule("/minutes/{year}/{number:int}.md", GET, Who.ANYBODY, "minutes_pages.minutes_text"),
    Rule("/accessibility", GET, Who.ANYBODY, "accessibility"),
    Rule("/privacy", GET, Who.ANYBODY, "privacy"),
    Rule("/health", GET, Who.MACHINES, "health"),
    Rule("/ready", GET, Who.MACHINES, "ready"),
    Rule("/metrics", GET, Who.MACHINES, "metrics"),
    Rule("/hooks/prefect", ("POST",), Who.MACHINES, "prefect_hook"),
)
