"""Local authorities by their codes."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.schools import Authority


def authority_names(session: Session, codes: Collection[int]) -> dict[int, str]:
    """The name of each, as the list of schools has it; the code itself where no list has named it."""
    known = sa.select(Authority.code, Authority.name).where(Authority.code.in_(codes))
    named = dict(session.execute(known).tuples().all())
    return {code: named.get(code, str(code)) for code in codes}
