"""Asking the parties of a batch for their updates: the letters of the ladder as rows, which are written together.

A national round writes to 24,000; whoever chases one update alone asks as a batch of one, by the same code.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from casework import letters, notices
from casework.desk import Desk
from casework.links import Issuing
from mail.contexts import MeasureLine
from models.links import LinkPurpose
from models.messages import MessageKind, Notice
from models.rounds import UpdateParty
from queries.in_parts import in_parts
from queries.open_updates import OpenUpdate
from queries.people import Person
from rules import message_keys
from rules.ladder import Rung

WRITTEN_AT_ONCE = 300
"""Letters that are held before they are written: more is no faster, and takes memory."""


@dataclass(slots=True)
class Asking:
    """What a batch of updates has been told, and what it is to be told; `write` keeps it."""

    desk: Desk
    links: Issuing
    told: set[str]
    _rows: list[dict[str, Any]] = field(default_factory=list)

    def ask(
        self, update: OpenUpdate, rung: Rung, person: Person, measures: tuple[MeasureLine, ...], *, copied: bool
    ) -> None:
        """Write to a person for their next school day, today included, once: the key refuses a second letter."""
        desk = self.desk
        key = message_keys.notice("update", update.id, rung.value, person.contact_id)
        if key in self.told:
            return
        self.told.add(key)
        of_school = update.party is UpdateParty.SCHOOL
        calendar = desk.calendars.of_school(update.urn) if of_school else desk.calendars.area
        day = calendar.roll_forward(desk.as_of)
        url = self.links.issue(
            update.commission_id, subject_id=update.id, contact_id=person.contact_id, last_day=update.closes_on
        )
        letter = letters.impact_update(desk, update, rung, person, url, copied=copied, measures=measures)
        values = notices.pending(desk, key, letter, step=rung.value, contact_id=person.contact_id, day=day)
        more = {"kind": MessageKind.SCHEDULED, "commission_id": update.commission_id, "update_id": update.id}
        self._rows.append({**values, **more})
        if len(self._rows) >= WRITTEN_AT_ONCE:
            self.write()

    def write(self) -> None:
        """Keep what was asked since the last time."""
        self.links.write()
        if self._rows:
            self.desk.session.flush()
            self.desk.session.connection().execute(sa.insert(Notice), self._rows)
            self._rows = []


def asking_of(desk: Desk, update_ids: Collection[int]) -> Asking:
    """Asking for these updates: what they have been told and the links that there are, read at once."""
    ordered = sorted(update_ids)
    told: set[str] = set()
    for some in in_parts(ordered):
        told |= set(desk.session.scalars(sa.select(Notice.key).where(Notice.update_id.in_(some))))
    return Asking(desk, Issuing(desk, LinkPurpose.UPDATE, ordered), told)
