"""The case of a school or provider behind its own link: where the support stands, to be read and never answered.

Nothing of the council's own is on it: no reason of the timeline, no money, no other case.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from config.settings import settings
from models.commissions import Commission
from models.links import LinkPurpose
from models.plans import Objective, Plan
from queries.cases import CaseView, UpdateLine
from queries.cases import case as case_of
from rules.day_words import in_words
from web.charts import chart_of
from web.link_serving import gone, open_link
from web.reading import day_shown, read
from web.templating import page

STANDS = {
    "active": "The support is under way.",
    "paused": "The support is paused. We write to you when it goes on.",
    "evaluating": "The support is over. We are looking at what it did.",
}
COLOURS = {"Sent": "green", "Overdue": "red", "Waiting": "light-blue"}


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case as its school and its provider see it; figures of fewer than 6 pupils are not on it."""

    case: CaseView
    objectives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """An impact update that was asked for, and what came of it."""

    name: str
    status: str
    hint: str

    @property
    def colour(self) -> str:
        return COLOURS.get(self.status, "grey")


async def own_case(request: Request) -> Response:
    """Where the reader's own case stands."""
    token = request.path_params["token"]
    found = await read(lambda session: _found(session, token))
    if found is None:
        return gone(request)
    as_of, case = day_shown(), found.case
    return page(
        request,
        "own_case.html",
        token=token,
        view=case,
        objectives=found.objectives,
        stands=STANDS.get(case.line.state, "The support has not begun yet."),
        charts=[chart_of(measure) for measure in case.measures],
        updates=[_asked(update, as_of) for update in case.updates],
        officer=case.officer or f"{settings().service_name} team",
        officer_phone=case.officer_phone or settings().officer_phone,
    )


def _found(session: Session, token: str) -> OwnCase | None:
    link = open_link(session, token, (LinkPurpose.CASE,))
    if link is None:
        return None
    reference = session.scalars(sa.select(Commission.reference).where(Commission.id == link.subject_id)).one()
    case = case_of(session, reference, day_shown())
    objectives = session.scalars(
        sa.select(Objective.text)
        .join(Plan, Plan.id == Objective.plan_id)
        .where(Plan.commission_id == link.subject_id)
        .order_by(Objective.position)
    )
    return OwnCase(case, tuple(objectives)) if case is not None else None


def _asked(update: UpdateLine, as_of: date) -> Asked:
    name = f"{update.half_term}, {update.party}"
    if update.state == "answered" and update.answered_on:
        return Asked(name, "Sent", f"{in_words(update.answered_on)}, by {update.answered_by}")
    due = f"Due {in_words(update.due_on)}"
    if update.state == "missed":
        return Asked(name, "Missed", due)
    if update.state == "cancelled":
        return Asked(name, "No longer needed", "")
    return Asked(name, "Overdue" if update.due_on < as_of else "Waiting", due)
