"""What exists: one SQLAlchemy model family a file. Importing this package registers every table on `Base.metadata`."""

from models import (  # noqa: F401  registers the tables
    api_tokens,
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
    read_log,
    referrals,
    results,
    returned_mail,
    rounds,
    run_requests,
    runs,
    schools,
    sign_in,
    themes,
)
from models.base import Base

__all__ = ["Base"]
