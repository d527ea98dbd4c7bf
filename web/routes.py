"""Every page with who may have it: the one place that says so.

`web.doors` lets nobody past who is not in it, and tests hold the application to this table.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from starlette.routing import compile_path

from models.staff import StaffRole
from rules.staff import EVERYBODY, MONEY, NOBODY, OFFICERS, THE_CHAIR


class Who(StrEnum):
    """`LINK`: whoever has the link of this case; `OFFICERS`: who is signed in and has a role that the rule names;
    `API`: a program with a token of such a role; `MACHINES`: watchdogs, collectors and Prefect's server, each page
    checking its own token.
    """

    ANYBODY = "anybody"
    LINK = "link"
    OFFICERS = "officers"
    API = "api"
    MACHINES = "machines"


Roles = frozenset[StaffRole]


@dataclass(frozen=True, slots=True)
class Rule:
    """`page` is the function below `web` that answers, with its module: `public_pages.privacy`.

    Of an officers' page `may_read` says who may GET it and `may_act` who may POST; where a part of the path is one
    of the words of `instead`, those roles may do both. `largest` is in bytes, where a page takes more than a form.
    """

    path: str
    methods: tuple[str, ...]
    who: Who
    page: str
    may_read: Roles = EVERYBODY
    may_act: Roles = NOBODY
    instead: Mapping[str, Roles] = field(default_factory=dict)
    largest: int | None = None

    def may(self, method: str, roles: Roles, parts: Iterable[str] = ()) -> bool:
        """Whether somebody with these roles may use this method here; `parts` are the values in the path."""
        named = next((self.instead[part] for part in parts if part in self.instead), None)
        allowed = self.may_read if method in {"GET", "HEAD"} else self.may_act
        return bool(roles & (allowed if named is None else named))


GET, POST, GET_POST, READ = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST"), ("GET",)

DESK = (OFFICERS, OFFICERS)
CHAIR = (THE_CHAIR, THE_CHAIR)

PAY: Mapping[str, Roles] = {"pay": MONEY}
"""Finance records what was spent, and does nothing else to a case."""

RULES = (
    Rule("/", GET, Who.OFFICERS, "officers.today.today"),
    Rule("/cases", GET, Who.OFFICERS, "officers.cases.case_list"),
    Rule("/cases.{kind}", GET, Who.OFFICERS, "officers.cases.case_file"),
    Rule("/cases/bulk", GET_POST, Who.OFFICERS, "officers.cases.bulk", *DESK),
    Rule("/cases/{reference}", GET, Who.OFFICERS, "officers.one_case.one_case"),
    Rule("/cases/{reference}/do/{form}", GET_POST, Who.OFFICERS, "officers.one_case.case_form", *DESK, PAY),
    Rule("/cases/{reference}/task", POST, Who.OFFICERS, "officers.one_case.finish_task", NOBODY, OFFICERS),
    Rule("/cases/{reference}/preview", GET, Who.OFFICERS, "officers.preview.preview", OFFICERS),
    Rule("/priorities", GET, Who.OFFICERS, "officers.priorities.priority_list"),
    Rule("/priorities.{kind}", GET, Who.OFFICERS, "officers.priorities.priority_file"),
    Rule("/priorities/measures/{measure}.{kind}", GET, Who.OFFICERS, "officers.priorities.measure_file"),
    Rule("/priorities/measures/{measure}", GET, Who.OFFICERS, "officers.priorities.one_measure"),
    Rule("/schools/{urn:int}", GET, Who.OFFICERS, "officers.schools.one_school"),
    Rule("/schools/{urn:int}.{kind}", GET, Who.OFFICERS, "officers.schools.figures_file"),
    Rule("/commission", GET, Who.OFFICERS, "officers.commission.find", OFFICERS),
    Rule("/commission/run", GET_POST, Who.OFFICERS, "officers.commission_run.run", *DESK),
    Rule("/commission/all", GET_POST, Who.OFFICERS, "officers.runs.all_confirmed", *DESK),
    Rule("/runs/{number:int}", GET, Who.OFFICERS, "officers.runs.run_request", OFFICERS),
    Rule("/commission/{urn:int}", GET_POST, Who.OFFICERS, "officers.commission.for_school", *DESK),
    Rule("/outbox", GET, Who.OFFICERS, "officers.outbox.outbox_list", OFFICERS),
    Rule("/outbox.{kind}", GET, Who.OFFICERS, "officers.outbox.outbox_file", OFFICERS),
    Rule("/outbox/do", POST, Who.OFFICERS, "officers.outbox.outbox_do", NOBODY, OFFICERS),
    Rule("/outbox/{message:int}/mail", GET, Who.OFFICERS, "officers.outbox.message_as_read", OFFICERS),
    Rule("/outbox/{message:int}", GET, Who.OFFICERS, "officers.outbox.one_message", OFFICERS),
    Rule("/fund", GET, Who.OFFICERS, "officers.fund.fund"),
    Rule("/fund.{kind}", GET, Who.OFFICERS, "officers.fund.fund_file"),
    Rule("/fund/{year}/{part}.{kind}", GET, Who.OFFICERS, "officers.fund.statement_file"),
    Rule("/board", GET, Who.OFFICERS, "officers.board.next_meeting"),
    Rule("/board/decisions", GET, Who.OFFICERS, "officers.decisions.decision_list"),
    Rule("/board/decisions.{kind}", GET, Who.OFFICERS, "officers.decisions.decision_file"),
    Rule("/board/attendance", GET, Who.OFFICERS, "officers.board.attendance_list"),
    Rule("/board/attendance.{kind}", GET, Who.OFFICERS, "officers.board.attendance_file"),
    Rule("/board/minutes", GET, Who.OFFICERS, "officers.minutes.minutes_to_write"),
    Rule("/board/minutes.{kind}", GET, Who.OFFICERS, "officers.minutes.minutes_file"),
    Rule("/board/meetings.{kind}", GET, Who.OFFICERS, "officers.board.meeting_file"),
    Rule("/board/{year}/{number:int}", GET, Who.OFFICERS, "officers.board.next_meeting"),
    Rule("/board/{year}/{number:int}/decide", GET_POST, Who.OFFICERS, "officers.board.decide", *CHAIR),
    Rule("/board/{year}/{number:int}/attendance", GET_POST, Who.OFFICERS, "officers.board.record_attendance", *CHAIR),
    Rule("/board/{year}/{number:int}/papers", GET_POST, Who.OFFICERS, "officers.board.papers", EVERYBODY, THE_CHAIR),
    Rule("/board/{year}/{number:int}/minutes", GET_POST, Who.OFFICERS, "officers.minutes.write_minutes", *CHAIR),
    Rule("/impact", GET, Who.OFFICERS, "officers.impact.impact"),
    Rule("/impact/{by}.{kind}", GET, Who.OFFICERS, "officers.impact.impact_file"),
    Rule("/map", GET, Who.OFFICERS, "officers.impact.support"),
    Rule("/map.{kind}", GET, Who.OFFICERS, "officers.impact.map_file"),
    Rule("/map/support.{kind}", GET, Who.OFFICERS, "officers.impact.support_file"),
    Rule("/round", GET, Who.OFFICERS, "officers.rounds.one_round"),
    Rule("/round.{kind}", GET, Who.OFFICERS, "officers.rounds.round_file"),
    Rule("/calendar", GET, Who.OFFICERS, "officers.calendar.calendar"),
    Rule("/calendar.{kind}", GET, Who.OFFICERS, "officers.calendar.calendar_file"),
    Rule("/contacts", GET, Who.OFFICERS, "officers.contacts.contact_list", OFFICERS),
    Rule("/contacts.{kind}", GET, Who.OFFICERS, "officers.contacts.contact_file", OFFICERS),
    Rule("/contacts/add", GET_POST, Who.OFFICERS, "officers.contacts.add_contact", *DESK),
    Rule("/contacts/{contact:int}", GET_POST, Who.OFFICERS, "officers.contacts.one_contact", *DESK),
    Rule("/sign-out", POST, Who.OFFICERS, "sign_in_pages.sign_out", may_read=NOBODY, may_act=EVERYBODY),
    Rule("/sign-in", GET_POST, Who.ANYBODY, "sign_in_pages.sign_in"),
    Rule("/sign-in/demo", GET_POST, Who.ANYBODY, "sign_in_pages.demo"),
    Rule("/openid/start", POST, Who.ANYBODY, "openid_pages.start"),
    Rule("/openid/back", GET, Who.ANYBODY, "openid_pages.back"),
    Rule("/sign-in/{token}", GET_POST, Who.LINK, "sign_in_pages.by_link"),
    Rule("/o/{token}", GET_POST, Who.LINK, "link_pages.offer"),
    Rule("/p/{token}", GET_POST, Who.LINK, "link_pages.plan"),
    Rule("/u/{token}", GET_POST, Who.LINK, "link_pages.update"),
    Rule("/c/{token}", GET, Who.LINK, "case_links.own_case"),
    Rule("/new-link/{token}", POST, Who.LINK, "link_pages.new_link"),
    Rule("/m/{token}", GET_POST, Who.LINK, "board_links.meeting"),
    Rule("/l/{token}", GET_POST, Who.LINK, "board_links.group_letter"),
    Rule("/stop/{token}", GET_POST, Who.LINK, "board_links.stop_minutes"),
    Rule("/b/{token}", GET, Who.LINK, "pack_pages.pack"),
    Rule("/b/{token}/papers.pdf", GET, Who.LINK, "pack_pages.pack_pdf"),
    Rule("/api/v1/openapi.json", GET, Who.ANYBODY, "api_document.openapi"),
    Rule("/api/v1/cases", READ, Who.API, "api.endpoints.cases"),
    Rule("/api/v1/cases/{reference}", READ, Who.API, "api.endpoints.case"),
    Rule("/api/v1/priorities", READ, Who.API, "api.endpoints.priorities"),
    Rule("/api/v1/outbox", READ, Who.API, "api.endpoints.outbox", OFFICERS),
    Rule("/api/v1/fund", READ, Who.API, "api.endpoints.fund"),
    Rule("/api/v1/runs/{number}", READ, Who.API, "api.endpoints.run", OFFICERS),
    Rule("/api/v1/commissions", POST, Who.API, "api.endpoints.commission", NOBODY, OFFICERS),
    Rule("/api/v1/answers", POST, Who.API, "api.endpoints.answer", NOBODY, OFFICERS),
    Rule("/minutes", GET, Who.ANYBODY, "minutes_pages.minutes_list"),
    Rule("/minutes.{kind}", GET, Who.ANYBODY, "minutes_pages.list_file"),
    Rule("/minutes/{year}/{number:int}", GET, Who.ANYBODY, "minutes_pages.minutes"),
    Rule("/minutes/{year}/{number:int}.md", GET, Who.ANYBODY, "minutes_pages.minutes_text"),
    Rule("/accessibility", GET, Who.ANYBODY, "public_pages.accessibility"),
    Rule("/privacy", GET, Who.ANYBODY, "public_pages.privacy"),
    Rule("/health", GET, Who.MACHINES, "operating_pages.health"),
    Rule("/ready", GET, Who.MACHINES, "operating_pages.ready"),
    Rule("/metrics", GET, Who.MACHINES, "operating_pages.metrics"),
    Rule("/hooks/prefect", POST, Who.MACHINES, "operating_pages.prefect_hook"),
)

_COMPILED = [(rule, *compile_path(rule.path)[:2]) for rule in RULES]


def rules_at(path: str) -> Iterator[tuple[Rule, str, tuple[str, ...]]]:
    """The rules that an address falls under, in the order in which they answer: each with its path as it is told, such
    as /schools/{urn}, and the values that stand there.
    """
    for rule, pattern, told in _COMPILED:
        if match := pattern.match(path):
            yield rule, told, match.groups()
