"""What a person may answer by link, and taking it: the case moves at once, in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from casework import brokering, commissioning, composing, links, planning, updates
from casework.desk import Desk
from casework.lifecycle import locked
from casework.offers import Answer
from models.commissions import Commission, CommissionState, Offer
from models.links import Link, LinkPurpose
from models.plans import Plan, PlanMeasure
from models.rounds import ImpactUpdate, Rag
from rules.errors import Refused

LINK_CLOSED = "This link is not in use any more. Ask for a new one at the address that we hold for you."


class _Readable(BaseModel):
    """No field may hold a control character: PostgreSQL refuses NUL, and no mail can carry one."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _readable(cls, value: object) -> object:
        if isinstance(value, str) and any(ord(c) < 32 and c not in "\n\r\t" for c in value):
            raise ValueError("has a control character in it")
        return value


class _Form(_Readable):
    name: str = Field(min_length=1, max_length=200)

    @field_validator("name", mode="before")
    @classmethod
    def _one_line(cls, value: object) -> object:
        return " ".join(value.split()) if isinstance(value, str) else value


class OfferForm(_Form):
    """The answer to an offer, of the school or of a provider."""

    accept: bool
    note: str = Field(default="", max_length=4000)
    conflict: bool = False


class PlanForm(_Form):
    """The answer to a plan: agreed, or what should change."""

    agree: bool
    note: str = Field(default="", max_length=4000)


class FigureForm(_Readable):
    """The answer for one measure."""

    measure: int
    rag: Rag
    reason: str = Field(min_length=1, max_length=2000)
    changed: str = Field(default="", max_length=4000)
    next: str = Field(default="", max_length=4000)
    value: float | None = Field(default=None, allow_inf_nan=False, ge=-1e6, le=1e6)
    cohort: int | None = Field(default=None, ge=0, le=10_000)
    no_change: bool = False


class UpdateForm(_Form):
    """The impact update of one half term."""

    measures: list[FigureForm]


FORMS: dict[LinkPurpose, type[_Form]] = {
    LinkPurpose.SCHOOL_OFFER: OfferForm,
    LinkPurpose.PROVIDER_OFFER: OfferForm,
    LinkPurpose.PLAN_SCHOOL: PlanForm,
    LinkPurpose.PLAN_PROVIDER: PlanForm,
    LinkPurpose.UPDATE: UpdateForm,
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an answer: the case's reference and its state afterwards."""

    reference: str
    state: CommissionState
    purpose: LinkPurpose


def answer(desk: Desk, token: str, given: Mapping[str, Any]) -> Taken:
    """Take the answer that a link stands for, and make the e-mails that follow from it.

    Raises:
        Refused: an unknown, expired or revoked link, a form that is not filled in rightly, or an answer that comes
        too late.
    """
    link = open_link(desk, token)
    if link.commission_id is None:
        raise Refused("This link is the Board's, and is answered on its own page.")
    commission = locked(desk, link.commission_id)
    form = read_form(link.purpose, given)
    acting = Desk(
        session=desk.session,
        as_of=desk.as_of,
        now=desk.now,
        actor=f"contact:{link.contact_id}",
        council=desk.council,
        policy=desk.policy,
        link_key=desk.link_key,
        calendars=desk.calendars,
        failed_checks=desk.failed_checks,
    )
    _take(acting, commission, link, form)
    desk.session.flush()
    composing.compose(acting)
    return Taken(commission.reference, commission.state, link.purpose)


def open_link(desk: Desk, token: str) -> Link:
    """The live link of a token. A wrong token looks like an expired one.

    Raises:
        Refused: there is none, or it is not open on this day.
    """
    link = links.find(desk.session, token)
    if link is None or not links.is_open(link, desk.as_of):
        raise Refused(LINK_CLOSED)
    return link


def read_form(purpose: LinkPurpose, given: Mapping[str, Any]) -> _Form:
    """Check what was given against the form of a link's purpose.

    Raises:
        Refused: one sentence that names every field that is wrong.
    """
    if purpose not in FORMS:
        raise Refused("This link shows a case; there is nothing to answer.")
    try:
        return FORMS[purpose].model_validate(given)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        raise Refused(f"The answer is not filled in rightly: {problems}.") from None


def _take(desk: Desk, commission: Commission, link: Link, form: _Form) -> None:
    match link.purpose, form:
        case LinkPurpose.SCHOOL_OFFER, OfferForm():
            offer = desk.session.get_one(Offer, link.subject_id)
            commissioning.school_answers(
                desk, commission, offer, Answer(accepts=form.accept, name=form.name, note=form.note)
            )
        case LinkPurpose.PROVIDER_OFFER, OfferForm():
            offer = desk.session.get_one(Offer, link.subject_id)
            brokering.provider_answers(
                desk,
                commission,
                offer,
                Answer(accepts=form.accept, name=form.name, note=form.note, conflict=form.conflict),
            )
        case (LinkPurpose.PLAN_SCHOOL | LinkPurpose.PLAN_PROVIDER) as side, PlanForm():
            plan = desk.session.get_one(Plan, link.subject_id)
            school = side is LinkPurpose.PLAN_SCHOOL
            if form.agree:
                planning.agree(desk, commission, plan, school=school, name=form.name)
            elif not form.note:
                raise Refused("Say what should change in the plan.")
            else:
                planning.send_back(desk, commission, plan, school=school, name=form.name, note=form.note)
        case LinkPurpose.UPDATE, UpdateForm():
            update = desk.session.get_one(ImpactUpdate, link.subject_id)
            updates.take(desk, update, measures_of(desk, commission), _figures(form), form.name, link.contact_id)


def measures_of(desk: Desk, commission: Commission) -> list[PlanMeasure]:
    """The measures that an impact update of a case asks about, in their order."""
    return list(
        desk.session.scalars(
            sa.select(PlanMeasure).join(Plan).where(Plan.commission_id == commission.id).order_by(PlanMeasure.id)
        )
    )


def _figures(form: UpdateForm) -> list[updates.Figure]:
    return [
        updates.Figure(
            measure_id=figure.measure,
            rag=figure.rag,
            rag_reason=figure.reason,
            changed=figure.changed,
            next=figure.next,
            value=figure.value,
            cohort=figure.cohort,
            no_change=figure.no_change,
        )
        for figure in form.measures
    ]
