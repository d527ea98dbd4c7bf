"""What every change to a case is made with.

The session, the day and the instant, who acts, and what the council has set.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import clock
from config.settings import settings
from models.commissions import Commission
from models.providers import Provider
from queries.calendars import Calendars
from rules.half_terms import CalendarExhausted, SchoolCalendar
from rules.policy import Policy

if TYPE_CHECKING:  # its arithmetic takes 80 MB to load, and a worker that sends mail needs none of it
    from casework.case_evidence import Comparisons

SYSTEM = "system"
NINE = time(9, 0)


@dataclass(frozen=True, slots=True)
class Council:
    """How the council signs: plain values from its settings."""

    name: str
    service: str
    phone: str
    reply_to: str
    brand_colour: str
    area: str
    base_url: str
    mail_domain: str


@dataclass(slots=True)
class Desk:
    """One piece of work on the cases. `actor` is `system`, or a contact as `contact:12`: never a name.

    `failed_checks` collects what an operator must look at; a run shows them loudly when it ends. `meetings` are the
    days of the Board's meetings by half term, and `comparisons` the schools that cases are held against, once asked
    for. A `rehearsal` is rolled back: it need not keep what no e-mail of its day is made of, which are the event log,
    officers' tasks, the agenda and the rungs passed over.
    """

    session: Session
    as_of: date
    now: datetime
    actor: str
    council: Council
    policy: Policy
    link_key: bytes
    calendars: Calendars
    failed_checks: list[str] = field(default_factory=list)
    meetings: dict[tuple[str, int], date] | None = None
    comparisons: "Comparisons | None" = None
    rehearsal: bool = False
    _providers: dict[int, tuple[str, str]] = field(default_factory=dict)

    def known_providers(self) -> dict[int, tuple[str, str]]:
        """The code and the name of every provider by its number, asked for once by a desk."""
        if not self._providers:
            known = self.session.execute(sa.select(Provider.id, Provider.code, Provider.name))
            self._providers = {number: (code, name) for number, code, name in known}
        return self._providers

    def calendar(self, commission: Commission) -> SchoolCalendar:
        """The calendar that this case's waits are counted in: its school's."""
        return self.calendars.of_school(commission.urn)

    def hold(self, commission: Commission, error: CalendarExhausted) -> None:
        """Hold a case whose dates lie past the loaded calendar.

        Said loudly, looked at again tomorrow, never guessed.
        """
        commission.held_because = str(error)
        commission.next_due_on = self.as_of + timedelta(days=1)
        self.failed_checks.append(f"{commission.reference} is held: {error}.")


def desk_for(session: Session, as_of: date, *, actor: str = SYSTEM, now: datetime | None = None) -> Desk:
    """A desk with what the council has set.

    `now` is this instant when the day is today, else nine o'clock on that day.
    """
    chosen = settings()
    if now is None:
        now = clock.now() if as_of == clock.today() else clock.at(as_of, NINE)
    return Desk(
        session=session,
        as_of=as_of,
        now=now,
        actor=actor,
        council=Council(
            name=chosen.council_name,
            service=chosen.service_name,
            phone=chosen.officer_phone,
            reply_to=chosen.reply_to,
            brand_colour=chosen.brand_colour,
            area=chosen.area,
            base_url=chosen.base_url,
            mail_domain=chosen.bounce_domain,
        ),
        policy=chosen.policy,
        link_key=chosen.link_key(),
        calendars=Calendars(session, chosen.area),
    )
