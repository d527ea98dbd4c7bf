"""How long what is kept, class by class: what a council sets in SIB_RETENTION.

The law names no periods for these records (UK GDPR Article 5(1)(e): no longer than necessary); the defaults are what a
council's retention schedule usually says of casework, and each is a setting. Days are calendar days.
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """Days for which each class of record is kept, counted as `docs/data-protection.md` says."""

    mail_days: int = 730  # what an e-mail said, after it was made: complaints and appeals come within two years
    link_days: int = 90  # a link, after it expired or was closed
    case_days: int = 2_190  # people named in a case's words, after it ended: six years, as for contracts
    contact_days: int = 365  # a person's name and address, after their last role ended
    reading_days: int = 365  # who opened which case
    session_days: int = 90  # who was signed in when, after that ended
    run_days: int = 180  # reports of runs, and what people asked runs for, after it ended
    task_days: int = 730  # officers' tasks, after they were done
    import_days: int = 1_095  # reports of imported files: three years of results are compared


def before(as_of: date, days: int) -> date:
    """The day before which a class's records are due to go; a record of this very day is kept."""
    return as_of - timedelta(days=days)
