"""A payment to a provider: recorded against the commitment, and the provider asked to confirm it."""

from casework import fund, letters, notices
from casework.desk import Desk
from casework.notices import Subject
from models.commissions import Commission
from models.contacts import Role
from models.fund import Spend
from queries import people


def pay(desk: Desk, commission: Commission, *, invoice: str, pence: int, what_for: str) -> Spend | None:
    """Record a payment once an invoice; None when this invoice has been recorded before.

    Raises:
        Refused: nothing is committed, or the payment is more than is left.
    """
    made = fund.spend(desk, commission, key=f"{commission.id}:{invoice}", pence=pence, what_for=what_for)
    if made is None:
        return None
    desk.session.flush()
    provider_id = commission.provider_id or 0
    contact = people.at_providers(desk.session, [provider_id], Role.PROVIDER_LEAD, desk.as_of).get(provider_id)
    notices.tell(
        desk,
        contact,
        Subject("spend", made.id),
        "spend-to-confirm",
        lambda person: letters.spend_to_confirm(desk, commission, made, person),
        commission=commission,
        calendar=desk.calendars.area,
    )
    return made
