"""The invented people of the demo: they read the mail that was really delivered, and answer by the links in it."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from casework import answers, links
from casework.desk import Desk, desk_for
from config.database import session_scope
from models.commissions import Offer
from models.events import Event
from models.links import Link, LinkPurpose
from models.plans import Plan, PlanMeasure
from models.rounds import ImpactUpdate, UpdateParty
from rules.errors import Refused
from sample.personas import NEVER, SHARE_OF_THE_WAY, Persona, Progress, ProviderHabit, SchoolHabit

LINK = re.compile(r"https?://\S+/[opu]/([A-Za-z0-9_-]{22})\b")
ROUNDS_TO_THE_END = 3


@dataclass(order=True, slots=True)
class Intention:
    """Somebody means to answer by a link on a day. The link's number orders a day's answers: a token is random."""

    day: date
    link: int
    token: str


@dataclass(slots=True)
class Actors:
    """Everybody outside the council. `refused` keeps what the system said no to."""

    mailbox: Path
    stories: dict[int, Persona]
    intentions: list[Intention] = field(default_factory=list)
    answered: int = 0
    refused: list[str] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)
    _known: set[str] = field(default_factory=set)

    def read_mail(self, today: date) -> int:
        """Read the mail that has come in since, and make up one's mind about each new link.

        How many mails there were.
        """
        new = sorted(path for path in self.mailbox.glob("**/*.eml") if path.name not in self._read)
        with session_scope() as session:
            desk = desk_for(session, today)
            for path in new:
                self._read.add(path.name)
                for token in tokens_in(path):
                    if token not in self._known:
                        self._known.add(token)
                        self._intend(desk, token)
        return len(new)

    def next_day(self) -> date | None:
        """The first day on which somebody means to answer."""
        return min((one.day for one in self.intentions), default=None)

    def act(self, today: date) -> int:
        """Answer what is meant for today or earlier; how many answers were taken."""
        due = sorted(one for one in self.intentions if one.day <= today)
        self.intentions = [one for one in self.intentions if one.day > today]
        taken = 0
        for one in due:
            try:
                with session_scope() as session:
                    desk = desk_for(session, today)
                    given = self._form(desk, one.token)
                    if given is not None:
                        answers.answer(desk, one.token, given)
                        taken += 1
            except Refused as refused:
                self.refused.append(str(refused))
        self.answered += taken
        return taken

    def _intend(self, desk: Desk, token: str) -> None:
        link = links.find(desk.session, token)
        if link is None or link.commission_id not in self.stories:
            return
        story = self.stories[link.commission_id]
        wait = self._days_to_wait(desk, link, story)
        if wait < NEVER:
            self.intentions.append(Intention(desk.calendars.area.add(desk.as_of, wait), link.id, token))

    def _days_to_wait(self, desk: Desk, link: Link, story: Persona) -> int:
        pace = (link.commission_id or 0) % 3
        match link.purpose:
            case LinkPurpose.SCHOOL_OFFER:
                return 13 if story.school is SchoolHabit.SILENT_AT_FIRST else 2 + pace
            case LinkPurpose.PROVIDER_OFFER:
                silent = story.first_provider is ProviderHabit.SILENT and self._asked(desk, link) == 1
                return NEVER if silent else 1 + pace
            case LinkPurpose.PLAN_SCHOOL:
                return 2 + pace
            case LinkPurpose.PLAN_PROVIDER:
                return 4 + pace
            case LinkPurpose.UPDATE:
                update = desk.session.get_one(ImpactUpdate, link.subject_id)
                before = self._rounds_before(desk, update)
                if update.party is UpdateParty.SCHOOL:
                    return story.school_answers_after[before % len(story.school_answers_after)]
                return story.provider_answers_after[before % len(story.provider_answers_after)]
            case _:
                return NEVER

    def _form(self, desk: Desk, token: str) -> dict[str, Any] | None:
        link = links.find(desk.session, token)
        if link is None or link.commission_id is None or not links.is_open(link, desk.as_of):
            return None
        story = self.stories[link.commission_id]
        name = link.contact.name
        match link.purpose:
            case LinkPurpose.SCHOOL_OFFER:
                yes = story.school is not SchoolHabit.OPTS_OUT
                note = "" if yes else "We have our own support in place through our trust."
                return {"accept": yes, "name": name, "note": note}
            case LinkPurpose.PROVIDER_OFFER:
                return self._provider_offer(desk, link, story, name)
            case LinkPurpose.PLAN_SCHOOL | LinkPurpose.PLAN_PROVIDER:
                back = (
                    story.wants_longer and link.purpose is LinkPurpose.PLAN_SCHOOL and not self._sent_back(desk, link)
                )
                if back:
                    self.intentions.append(Intention(desk.calendars.area.add(desk.as_of, 5), link.id, token))
                    return {
                        "agree": False,
                        "name": name,
                        "note": "Two terms are too short: please let the support run to the end of next autumn.",
                    }
                return {"agree": True, "name": name}
            case LinkPurpose.UPDATE:
                return self._update(desk, link, story, name)
            case _:
                return None

    def _provider_offer(self, desk: Desk, link: Link, story: Persona, name: str) -> dict[str, Any]:
        first = self._asked(desk, link) == 1
        if first and story.first_provider is ProviderHabit.DECLINES:
            return {"accept": False, "name": name, "note": "We have no one free before the spring term."}
        if first and story.first_provider is ProviderHabit.CONFLICTED:
            return {"accept": True, "name": name, "conflict": True, "note": "Our lead is a governor of the school."}
        return {"accept": True, "name": name, "note": ""}

    def _update(self, desk: Desk, link: Link, story: Persona, name: str) -> dict[str, Any]:
        update = desk.session.get_one(ImpactUpdate, link.subject_id)
        share = SHARE_OF_THE_WAY[story.progress] * min(1.0, (self._rounds_before(desk, update) + 1) / ROUNDS_TO_THE_END)
        rag = {Progress.MET: "green", Progress.PARTLY_MET: "amber"}.get(story.progress, "red")
        measures = desk.session.scalars(
            sa.select(PlanMeasure).join(Plan).where(Plan.commission_id == link.commission_id).order_by(PlanMeasure.id)
        )
        return {
            "name": name,
            "measures": [
                {
                    "measure": measure.id,
                    "value": _between(measure, share),
                    "cohort": measure.baseline_cohort or 30,
                    "rag": rag,
                    "reason": "Books and checks show where pupils stand."
                    if share
                    else "Staff changes have slowed the work.",
                    "changed": "Daily sessions are in place in each class.",
                    "next": "The provider visits again to watch lessons and coach.",
                }
                for measure in measures
            ],
        }

    def _asked(self, desk: Desk, link: Link) -> int:
        return desk.session.get_one(Offer, link.subject_id).position

    def _rounds_before(self, desk: Desk, update: ImpactUpdate) -> int:
        return (
            desk.session.scalar(
                sa.select(sa.func.count())
                .select_from(ImpactUpdate)
                .where(
                    ImpactUpdate.commission_id == update.commission_id,
                    ImpactUpdate.party == update.party,
                    ImpactUpdate.due_on < update.due_on,
                )
            )
            or 0
        )

    def _sent_back(self, desk: Desk, link: Link) -> bool:
        return (
            desk.session.scalar(
                sa.select(Event.id).where(Event.commission_id == link.commission_id, Event.kind == "plan-sent-back")
            )
            is not None
        )


def tokens_in(path: Path) -> Iterator[str]:
    """The tokens of the links in a mail's plain text."""
    with path.open("rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    yield from dict.fromkeys(LINK.findall(text))


def _between(measure: PlanMeasure, share: float) -> float:
    value = round(measure.baseline + (measure.target - measure.baseline) * share, 1)
    return min(100.0, max(0.0, value)) if measure.unit == "percent" else value
