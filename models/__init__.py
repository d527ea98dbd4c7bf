"""What exists: one SQLAlchemy model family a file. Importing this package registers every table on `Base.metadata`."""

from models import (  # noqa: F401  registers the tables
    board,
    board_papers,
    calendar,
    clusters,
    commissions,
    contacts,
    events,
    fund,
    imports,
    links,
    messages,
    officer_tasks,
    plans,
    priorities,
    providers,
    referrals,
    results,
    returned_mail,
    rounds,
    runs,
    schools,
    themes,
)
from models.base import Base

__all__ = ["Base"]
