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
    """`page` is the function below `web` that answers, with its module: `officers.cases.case_list`."""

    path: str
    methods: tuple[str, ...]
    who: Who
    page: str


GET, GET_POST, POST = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("POST",)

RULES = (
    Rule("/", GET, Who.OFFICERS, "officers.today.today"),
    Rule("/cases", GET, Who.OFFICERS, "officers.cases.case_list"),
    Rule("/cases.{kind}", GET, Who.OFFICERS, "officers.cases.case_file"),
    Rule("/cases/bulk", GET_POST, Who.OFFICERS, "officers.cases.bulk"),
    Rule("/cases/{reference}", GET, Who.OFFICERS, "officers.one_case.one_case"),
    Rule("/cases/{reference}/do/{form}", GET_POST, Who.OFFICERS, "officers.one_case.case_form"),
    Rule("/cases/{reference}/task", POST, Who.OFFICERS, "officers.one_case.finish_task"),
    Rule("/cases/{reference}/preview", GET, Who.OFFICERS, "officers.preview.preview"),
    Rule("/priorities", GET, Who.OFFICERS, "officers.priorities.priority_list"),
    Rule("/priorities.{kind}", GET, Who.OFFICERS, "officers.priorities.priority_file"),
    Rule("/priorities/measures/{measure}", GET, Who.OFFICERS, "officers.priorities.one_measure"),
    Rule("/schools/{urn:int}", GET, Who.OFFICERS, "officers.schools.one_school"),
    Rule("/commission", GET, Who.OFFICERS, "officers.commission.find"),
    Rule("/commission/run", GET_POST, Who.OFFICERS, "officers.commission_run.run"),
    Rule("/commission/{urn:int}", GET_POST, Who.OFFICERS, "officers.commission.for_school"),
    Rule("/outbox", GET, Who.OFFICERS, "officers.outbox.outbox_list"),
    Rule("/outbox.{kind}", GET, Who.OFFICERS, "officers.outbox.outbox_file"),
    Rule("/outbox/do", POST, Who.OFFICERS, "officers.outbox.outbox_do"),
    Rule("/outbox/{message:int}/mail", GET, Who.OFFICERS, "officers.outbox.message_as_read"),
    Rule("/outbox/{message:int}", GET, Who.OFFICERS, "officers.outbox.one_message"),
    Rule("/fund", GET, Who.OFFICERS, "officers.fund.fund"),
    Rule("/round", GET, Who.OFFICERS, "officers.rounds.one_round"),
    Rule("/round.{kind}", GET, Who.OFFICERS, "officers.rounds.round_file"),
    Rule("/calendar", GET, Who.OFFICERS, "officers.calendar.calendar"),
    Rule("/contacts", GET, Who.OFFICERS, "officers.contacts.contact_list"),
    Rule("/contacts.{kind}", GET, Who.OFFICERS, "officers.contacts.contact_file"),
    Rule("/contacts/add", GET_POST, Who.OFFICERS, "officers.contacts.add_contact"),
    Rule("/contacts/{contact:int}", GET_POST, Who.OFFICERS, "officers.contacts.one_contact"),
    Rule("/o/{token}", GET_POST, Who.LINK, "link_pages.offer"),
    Rule("/p/{token}", GET_POST, Who.LINK, "link_pages.plan"),
    Rule("/u/{token}", GET_POST, Who.LINK, "link_pages.update"),
    Rule("/new-link/{token}", POST, Who.LINK, "link_pages.new_link"),
    Rule("/m/{token}", GET_POST, Who.LINK, "board_links.meeting"),
    Rule("/l/{token}", GET_POST, Who.LINK, "board_links.group_letter"),
    Rule("/stop/{token}", GET_POST, Who.LINK, "board_links.stop_minutes"),
    Rule("/b/{token}", GET, Who.LINK, "pack_pages.pack"),
    Rule("/b/{token}/papers.pdf", GET, Who.LINK, "pack_pages.pack_pdf"),
    Rule("/minutes", GET, Who.ANYBODY, "minutes_pages.minutes_list"),
    Rule("/minutes/{year}/{number:int}", GET, Who.ANYBODY, "minutes_pages.minutes"),
    Rule("/minutes/{year}/{number:int}.md", GET, Who.ANYBODY, "minutes_pages.minutes_text"),
    Rule("/accessibility", GET, Who.ANYBODY, "public_pages.accessibility"),
    Rule("/privacy", GET, Who.ANYBODY, "public_pages.privacy"),
    Rule("/health", GET, Who.MACHINES, "operating_pages.health"),
    Rule("/ready", GET, Who.MACHINES, "operating_pages.ready"),
    Rule("/metrics", GET, Who.MACHINES, "operating_pages.metrics"),
    Rule("/hooks/prefect", POST, Who.MACHINES, "operating_pages.prefect_hook"),
)
