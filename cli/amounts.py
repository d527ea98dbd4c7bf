"""Amounts of money as people type them."""

from decimal import Decimal, InvalidOperation

from rules.errors import Refused


def pence(pounds: str) -> int:
    """Pounds as typed, in pence: no rounding, nothing below a penny.

    Raises:
        Refused: it is not an amount of money.
    """
    try:
        amount = Decimal(pounds.replace(",", "").removeprefix("£")) * 100
        if amount == amount.to_integral_value() and abs(amount) < Decimal(10) ** 14:
            return int(amount)
    except (InvalidOperation, ValueError):
        pass
    raise Refused(f"{pounds!r} is not an amount of money: write it as 4800 or 4800.50.")
