"""What is known of each provider's earlier cases: its effect after pooling. It ranks providers for the next ones."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis.programme import pool
from casework.programme import effects_of
from models.commissions import Commission
from models.results import PublishedResult
from queries.programme_cases import ENDED_SUPPORT, programme_cases


@dataclass(frozen=True, slots=True)
class Record:
    """`points` better than similar schools without support, pooled with all providers, over `evaluated` cases."""

    points: float
    evaluated: int


class _Asked:
    """A question whose answer stays the same until another case ends or other results are imported."""

    def __init__(self, session: Session, as_of: date) -> None:
        self.session, self.as_of = session, as_of
        ended = session.execute(
            sa.select(sa.func.count(), sa.func.max(Commission.id), sa.func.max(Commission.state_since)).where(
                Commission.state.in_(ENDED_SUPPORT)
            )
        ).one()
        self.count = ended[0]
        results = session.scalar(sa.select(sa.func.max(PublishedResult.id))) if self.count else None
        self.key = (str(session.get_bind().engine.url), as_of, *ended, results)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def track_record(session: Session, as_of: date) -> dict[str, Record]:
    """By the provider's code; without those of whom nothing can be told yet."""
    asked = _Asked(session, as_of)
    return _known(asked) if asked.count else {}


@lru_cache(maxsize=4)
def _known(asked: _Asked) -> dict[str, Record]:
    cases = programme_cases(asked.session, asked.as_of, ended_only=True)
    effects = effects_of(asked.session, cases, asked.as_of)
    asked.session = None  # type: ignore[assignment]  # the answer is kept, the connection is not
    told = [one for one in cases if one.commission_id in effects]
    pooled = pool([effects[one.commission_id] for one in told], [one.provider_code for one in told])
    return {str(code): Record(one.points, one.cases) for code, one in pooled.groups.items()} if pooled else {}
