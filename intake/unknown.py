"""Refusing a council's file that names what nobody knows."""

from collections.abc import Collection

from rules.errors import Refused

SHOWN = 5


def refuse_unknown(what: str, named: Collection[object], known: Collection[object]) -> None:
    """Refuse when something named is not known, with the first few of them.

    Raises:
        Refused: `what` is the word for it, such as "URN". An address is counted, not shown.
    """
    strangers = sorted((one for one in named if one not in known), key=str)
    if not strangers:
        return
    if what == "substitute":
        raise Refused(f"{len(strangers)} substitute_email of this file belong to nobody in it or imported before.")
    shown = ", ".join(str(one) for one in strangers[:SHOWN])
    more = f" and {len(strangers) - SHOWN} more" if len(strangers) > SHOWN else ""
    raise Refused(f"The file names {what} {shown}{more}, which has not been imported.")
