"""What the API takes and gives. The OpenAPI document is made from these models, and so are the answers."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

READABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Reference = Annotated[str, Field(pattern=r"^[A-Z]{2,8}-[0-9]{4}-[0-9]{3,6}$", examples=["SIB-2026-014"])]


class Shape(BaseModel):
    """Strict about what is sent, and made from plain values."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Problem(BaseModel):
    """What went wrong (RFC 9457). `detail` is one plain sentence; `errors` says it field by field."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


class Case(Shape):
    """One commission in a list."""

    reference: str
    urn: int
    school: str
    theme_code: str
    theme: str
    state: str
    state_since: date
    deadline_on: date | None
    overdue: bool
    provider: str | None
    cost_pence: int
    outcome: str | None


class Cases(Shape):
    """One page of cases, and how many there are altogether."""

    total: int
    cases: list[Case]


class Measure(Shape):
    """One measure of a plan; a figure of fewer than 6 pupils is null."""

    name: str
    unit: str
    baseline: float | None
    target: float
    target_on: date
    latest: float | None


class Event(Shape):
    """One line of a case's timeline."""

    day: date
    kind: str
    reason: str
    from_state: str | None
    to_state: str | None


class CaseWhole(Case):
    """One case with its plan and timeline."""

    evidence: str | None
    reason: str
    starts_on: date | None
    ends_on: date | None
    spent_pence: int
    released_pence: int
    measures: list[Measure]
    timeline: list[Event]


class Priority(Shape):
    """A school, or a theme of the area, that the evidence says needs support."""

    rank: int | None
    scope: str
    urn: int | None
    school: str | None
    theme: str
    level: str
    is_concern: bool
    sentence: str
    reference: str | None
    state: str | None


class OutboxSummary(Shape):
    """How many e-mails are in each state; those that have been sent are not counted."""

    states: dict[str, int]


class FundYear(Shape):
    """One year of the Fund, in pence."""

    label: str
    starts_on: date
    grant: int
    contributions: int
    ring_fenced: int
    budget: int
    reserved: int
    committed: int
    spent: int
    free: int


class CommissionWanted(Shape):
    """Support to commission for one school and theme. The same `key` again is the same request."""

    urn: int = Field(ge=1, le=9_999_999)
    theme: str = Field(pattern=r"^[a-z][a-z-]{0,49}$")
    pounds: float = Field(gt=0, le=100_000, multiple_of=0.01, allow_inf_nan=False)
    reason: str = Field(min_length=3, max_length=1_000, pattern=READABLE, description="Name no person.")
    provider: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,50}$")
    key: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")


class Run(Shape):
    """A run that was asked for: waiting, started, done, refused or failed; `said` why."""

    number: int
    flow: str
    state: str
    said: str
    asked_at: datetime
    reference: str | None


class AnswerGiven(Shape):
    """The answer to a link, as the form behind it takes it. The token is in the body, where no log sees it."""

    token: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$")
    answer: dict[str, Any]


class AnswerTaken(Shape):
    """What became of the case."""

    reference: str
    state: str
