"""how an evaluated case compares with schools that had no support."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database from the revision before to this one."""
    op.add_column("evaluations", sa.Column("verdict", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Take the database back to the revision before."""
    op.drop_column("evaluations", "verdict")
