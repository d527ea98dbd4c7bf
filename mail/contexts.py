"""What each e-mail is given: one frozen context of plain values each. No row ever reaches a template.

A `url` is the full address when the mail is rendered; while it waits in the outbox it is `link:ID` (see `mail.links`).
"""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes to whom. `instead_of` names the person who is away and for whom the recipient stands in."""

    council: str
    service: str
    brand_colour: str
    recipient: str
    officer: str
    phone: str
    reply_to: str
    reference: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    school: str
    theme: str


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """`latest` is what was last reported. A figure that the reader may not see (fewer than 6 pupils) is None; where the
    reader is the school, which may see it, `few` says that nobody else may."""

    name: str
    unit: str
    baseline: float | None
    target: float
    target_on: date
    latest: float | None = None
    few: bool = False


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One line of an officer's or the Chair's digest."""

    reference: str
    school: str
    said: str


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One of several things due to one person on one day, in short. `url` is empty when there is nothing to do;
    `calendar` is a meeting's .ics file when there is one. `to_others` says the same to whoever else reads the e-mail,
    where `said` has figures for the school alone; else it is empty.
    """

    heading: str
    said: tuple[str, ...]
    url: str = ""
    calendar: str = ""
    to_others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What every e-mail has."""

    template: ClassVar[str]
    head: Letterhead


@dataclass(frozen=True, slots=True)
class _OfCase(Context):
    case: Case


@dataclass(frozen=True, slots=True)
class SupportOffered(_OfCase):
    template: ClassVar[str] = "support-offered"
    evidence: str
    answer_by: date
    url: str


@dataclass(frozen=True, slots=True)
class SupportOfferReminder(_OfCase):
    template: ClassVar[str] = "support-offer-reminder"
    offered_on: date
    answer_by: date
    url: str


@dataclass(frozen=True, slots=True)
class OptOutConfirmed(_OfCase):
    template: ClassVar[str] = "opt-out-confirmed"
    on: date


@dataclass(frozen=True, slots=True)
class SupportBrokered(_OfCase):
    template: ClassVar[str] = "support-brokered"
    provider: str
    provider_lead: str


@dataclass(frozen=True, slots=True)
class BrokeringOffer(_OfCase):
    template: ClassVar[str] = "brokering-offer"
    provider: str
    evidence: str
    pence: int
    days: int
    answer_by: date
    url: str


@dataclass(frozen=True, slots=True)
class BrokeringOfferReminder(_OfCase):
    template: ClassVar[str] = "brokering-offer-reminder"
    provider: str
    offered_on: date
    answer_by: date
    url: str


@dataclass(frozen=True, slots=True)
class BrokeringOfferExpired(_OfCase):
    template: ClassVar[str] = "brokering-offer-expired"
    provider: str
    answer_by: date


@dataclass(frozen=True, slots=True)
class BrokeringConfirmed(_OfCase):
    template: ClassVar[str] = "brokering-confirmed"
    provider: str
    school_lead: str
    pence: int


@dataclass(frozen=True, slots=True)
class PlanToAgree(_OfCase):
    template: ClassVar[str] = "plan-to-agree"
    provider: str
    for_school: bool
    measures: tuple[MeasureLine, ...]
    starts_on: date
    ends_on: date
    answer_by: date
    url: str


@dataclass(frozen=True, slots=True)
class PlanAgreed(_OfCase):
    """`url` is empty in those that were written before a case could be looked at by link."""

    template: ClassVar[str] = "plan-agreed"
    provider: str
    for_school: bool
    measures: tuple[MeasureLine, ...]
    starts_on: date
    ends_on: date
    url: str = ""


@dataclass(frozen=True, slots=True)
class _ImpactUpdate(_OfCase):
    provider: str
    for_school: bool
    half_term: str
    due_on: date
    days_overdue: int
    copied: bool
    url: str
    measures: tuple[MeasureLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ImpactUpdateRequest(_ImpactUpdate):
    template: ClassVar[str] = "impact-update-request"


@dataclass(frozen=True, slots=True)
class ImpactUpdateNudge(_ImpactUpdate):
    template: ClassVar[str] = "impact-update-nudge"


@dataclass(frozen=True, slots=True)
class ImpactUpdateReminder(_ImpactUpdate):
    template: ClassVar[str] = "impact-update-reminder"


@dataclass(frozen=True, slots=True)
class ImpactUpdateReceived(_OfCase):
    template: ClassVar[str] = "impact-update-received"
    answered_by: str
    party: str
    half_term: str
    answered_on: date
    may_change_until: date


@dataclass(frozen=True, slots=True)
class ImpactEvaluated(_OfCase):
    template: ClassVar[str] = "impact-evaluated"
    outcome: str
    sentences: tuple[str, ...]
    verdict: str = "cannot tell"


@dataclass(frozen=True, slots=True)
class CaseClosed(_OfCase):
    template: ClassVar[str] = "case-closed"
    outcome: str
    closed_on: date
    lessons: str


@dataclass(frozen=True, slots=True)
class CasePaused(_OfCase):
    template: ClassVar[str] = "case-paused"
    reason: str
    review_on: date


@dataclass(frozen=True, slots=True)
class SpendToConfirm(_OfCase):
    template: ClassVar[str] = "spend-to-confirm"
    pence: int
    what_for: str
    spent_on: date


@dataclass(frozen=True, slots=True)
class VatToCheck(_OfCase):
    template: ClassVar[str] = "vat-to-check"
    provider: str
    school_type: str
    pence: int


@dataclass(frozen=True, slots=True)
class TaskDigest(Context):
    """`url` is the officer's page with all tasks."""

    template: ClassVar[str] = "task-digest"
    lines: tuple[DigestLine, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class OverdueDigest(Context):
    template: ClassVar[str] = "overdue-digest"
    lines: tuple[DigestLine, ...]


@dataclass(frozen=True, slots=True)
class Digest(Context):
    template: ClassVar[str] = "digest"
    day: date
    items: tuple[DigestItem, ...] = field(default=())
