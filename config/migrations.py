"""The schema: bring it up to date, take it back, and say whether it is what the models say."""

from io import StringIO

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from config.settings import ROOT
from rules.errors import Refused


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to a revision; safe to call again, and from several machines at once."""
    with engine.connect() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back to a revision; data that only the newer one can hold is lost."""
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)


def stamped(engine: Engine) -> str | None:
    """The revision this database says it is at; None for one that was never set up."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def latest() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def knows(revision: str) -> bool:
    """Whether this version of the code has this revision."""
    return revision in {one.revision for one in ScriptDirectory.from_config(_config(None)).walk_revisions()}


def require_current(engine: Engine) -> None:
    """Refuse to work on a schema of another age than the code."""
    found, wanted = stamped(engine), latest()
    if found is None and wanted is not None:
        raise Refused("The database has not been set up yet: run `sib db upgrade`")
    if found != wanted:
        raise Refused(f"The database is at revision {found} and this version needs {wanted}: run `sib db upgrade`")


def differences(engine: Engine) -> list[str]:
    """What the models say and the database does not, a line each; empty when they agree."""
    try:
        with engine.connect() as connection:
            command.check(_config(connection))
    except CommandError as error:
        return str(error).splitlines()
    return []


def _config(connection: Connection | None) -> Config:
    config = Config(toml_file=ROOT / "pyproject.toml", stdout=StringIO())
    if connection is not None:
        config.attributes["connection"] = connection
    return config
