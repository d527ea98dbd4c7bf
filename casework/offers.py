"""What somebody answers to an offer, and closing the offer with it."""

from dataclasses import dataclass

from casework.desk import Desk
from models.commissions import Offer, OfferState
from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, the name the person typed, what they added, and whether they declare a conflict of interest."""

    accepts: bool
    name: str
    note: str = ""
    conflict: bool = False


def close_offer(desk: Desk, offer: Offer, answer: Answer) -> None:
    """Mark an offer accepted or declined.

    Raises:
        Refused: it has been answered already, or its time has passed.
    """
    if offer.state is not OfferState.PENDING:
        raise Refused("This offer has already been answered, or its time has passed.")
    offer.state = OfferState.ACCEPTED if answer.accepts else OfferState.DECLINED
    offer.answered_at = desk.now
    offer.answered_by = answer.name
    offer.note = answer.note
    desk.session.flush()
