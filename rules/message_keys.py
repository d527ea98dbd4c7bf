"""The keys of effects: made of stable ids, so that the database can refuse the same effect a second time."""

from datetime import date


def notice(subject: str, subject_id: int, step: str, contact_id: int) -> str:
    """What tells `contact_id` about one step of one subject (an offer, a plan, an update, a commission)."""
    return f"{subject}:{subject_id}:{step}:to:{contact_id}"


def task(kind: str, subject: str, subject_id: int) -> str:
    """An officer's task, or a line on the agenda, about one subject."""
    return f"{kind}:{subject}:{subject_id}"


def header_id(key: str, domain: str) -> str:
    """A `Message-ID` (RFC 5322, 3.6.4) made from the message's own key, so that a repeat is recognisable as the same
    mail.
    """
    return f"<{key}@{domain}>"


def scheduled_message(contact_id: int, day: date) -> str:
    """The one scheduled e-mail of a person's day."""
    return f"sib.{contact_id}.{day:%Y%m%d}"


def reply_message(notice_id: int) -> str:
    """A receipt, or another reply to a person's own act."""
    return f"sib.reply.{notice_id}"
