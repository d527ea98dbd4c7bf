"""What a report of non-delivery means for the address (RFC 3463, RFC 3464)."""

import re

from models.returned_mail import ReturnKind

__all__ = ["NO_SUCH_ADDRESS", "ReturnKind", "judged"]

NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4", "5.4.310"})
"""Bad mailbox, bad domain, bad syntax, moved, null MX, mailbox disabled, no host (Postfix), no domain (Exchange)."""

_UNKNOWN = re.compile(
    r"user unknown|unknown (user|recipient|address|local)|no such (user|mailbox|recipient|address|person)"
    r"|(does not|doesn'?t) exist|no mailbox here|mailbox (not found|unavailable|disabled)|invalid (recipient|mailbox)"
    r"|recipient (address )?(rejected: access denied|not found|unknown)|recipientnotfound|unrouteable address"
    r"|account (is |has been )?(disabled|closed|inactive)|not listed in|(host|domain)( name)? not found|nxdomain"
    r"|couldn'?t find any host",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"(mailbox|quota|inbox)[^.]{0,40}(full|exceeded)|(full|over)[ -]?quota|out of storage", re.IGNORECASE
)
_POLICY = re.compile(r"spam|blocked|blacklist|block ?list|policy|dmarc|spf|dkim|reputation|denied", re.IGNORECASE)


def judged(action: str, status: str, said: str) -> ReturnKind:
    """What one recipient's report is: `action` and `status` as RFC 3464 has them (empty when it has not), `said` the
    diagnostic text.

    Only what says that the address does not exist is hard. A failure that nobody explains counts as soft: an address is
    not given up for a reason that we do not know.
    """
    if action == "delayed":
        return ReturnKind.DELAYED
    if action in {"delivered", "relayed", "expanded"}:
        return ReturnKind.DELIVERED
    if status.startswith("4") or status == "5.2.2" or _FULL.search(said):
        return ReturnKind.SOFT
    if status in NO_SUCH_ADDRESS:
        return ReturnKind.HARD
    if _UNKNOWN.search(said) and not status.startswith(("5.3", "5.6", "5.7")):
        return ReturnKind.HARD
    if status.startswith(("5.2", "5.5", "5.6", "5.7")) or status in {"5.3.4", "5.4.1"} or _POLICY.search(said):
        return ReturnKind.REFUSED
    return ReturnKind.SOFT
