"""What the Board's agenda holds: the kinds of matter in the order in which they are taken, each with its title."""

TITLES = {
    "confirm-priority": "Priorities to confirm",
    "approve-plan": "Plans to approve",
    "brokering-failed": "Support for which no provider was found",
    "update-overdue": "Impact updates overdue",
    "updates-missed": "Impact updates missed twice",
    "ratify-confirm-priority": "Priorities confirmed under delegated authority, to ratify",
    "ratify-reject-priority": "Priorities rejected under delegated authority, to ratify",
    "ratify-approve-plan": "Plans approved under delegated authority, to ratify",
    "referral": "Concerns referred to the regional director",
    "co-option-ends": "Co-options that end",
    "carry-over": "Money of the Fund to carry over",
}
DONE = {
    "confirm-priority": "Priority confirmed",
    "reject-priority": "Priority rejected",
    "approve-plan": "Plan approved",
    "recommission": "Support commissioned again",
    "end-case": "Case ended",
    "note": "Noted",
}
"""What was decided, by the kind of decision."""
ORDER = {kind: place for place, kind in enumerate(TITLES)}


def done_of(kind: str) -> str:
    """What a kind of decision has settled."""
    return DONE.get(kind, kind.replace("-", " ").capitalize())


def title_of(kind: str) -> str:
    """The title of a kind of matter."""
    return TITLES.get(kind, kind.replace("-", " ").capitalize())
