"""What a batch of updates will ask of the database, asked once: the notices and links that there are, the
next numbers.

Nothing is decided here. Without it each chase asks for itself, with the same result; a national round would ask a
quarter of a million times.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.numbers import AT_ONCE, numbers
from models.links import Link, LinkPurpose
from models.messages import Notice


@dataclass(slots=True)
class Foreseen:
    """What is known of some updates. Whoever makes a notice or a link of one of them adds it here."""

    updates: frozenset[int]
    keys: set[str]
    links: dict[tuple[int, int], list[Link]]
    link_ids: Iterator[int]
    notice_ids: Iterator[int]

    def knows_link(self, purpose: LinkPurpose, subject_id: int) -> bool:
        """Whether the links of a purpose and subject are all here."""
        return purpose is LinkPurpose.UPDATE and subject_id in self.updates

    def knows_notice(self, kind: str, subject_id: int) -> bool:
        """Whether the keys of a subject's notices are all here."""
        return kind == "update" and subject_id in self.updates


def foresee(session: Session, update_ids: Collection[int]) -> Foreseen:
    """Read what chasing these updates will ask for. The transaction must be a writing one, and end with the batch."""
    keys: set[str] = set()
    links: dict[tuple[int, int], list[Link]] = defaultdict(list)
    ordered = sorted(update_ids)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        keys |= set(session.scalars(sa.select(Notice.key).where(Notice.update_id.in_(some))))
        wanted = sa.select(Link).where(Link.purpose == LinkPurpose.UPDATE, Link.subject_id.in_(some))
        for link in session.scalars(wanted.order_by(Link.generation)):
            links[link.subject_id, link.contact_id].append(link)
    return Foreseen(frozenset(ordered), keys, links, numbers(session, Link), numbers(session, Notice))
