"""The log of reads: who has seen which case on which page. The door writes it; a page only says what it shows."""

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from config import clock
from config.database import session_scope
from models.commissions import Commission
from models.read_log import CaseRead
from web.routes import Rule


def saw_case(request: Request, *references: str) -> None:
    """Have it kept that this page shows these cases, where its address does not already say so."""
    request.state.cases_seen = {*getattr(request.state, "cases_seen", ()), *references}


async def keep_reads(rule: Rule, request: Request, response: Response, actor: str) -> None:
    """Keep who has read which case: every page whose address names one, and what a page says that it shows."""
    if request.method != "GET" or response.status_code != 200:
        return
    seen = set(getattr(request.state, "cases_seen", ()))
    if "reference" in request.path_params:
        seen.add(str(request.path_params["reference"]))
    if seen:
        await run_in_threadpool(_write, actor, rule.path, seen)


def _write(actor: str, where: str, references: set[str]) -> None:
    with session_scope() as session:
        read = (
            sa.literal(clock.now(), CaseRead.at.type),
            sa.literal(actor, CaseRead.actor.type),
            Commission.id,
            sa.literal(where, CaseRead.page.type),
        )
        named = sa.select(*read).where(Commission.reference.in_(references)).order_by(Commission.id)
        session.execute(sa.insert(CaseRead).from_select(["at", "actor", "commission_id", "page"], named))
